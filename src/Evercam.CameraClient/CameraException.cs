namespace Evercam.CameraClient;

/// <summary>Why a camera gave no picture: the closed set that callers tell apart.</summary>
public enum CameraFault
{
    /// <summary>The camera refused user name and password, or wants some and has none.</summary>
    Unauthorized = 1,

    /// <summary>No picture came: no answer, no picture, or a target that may not be asked. The reason says which.</summary>
    Offline = 2,

    /// <summary>Nobody knows where the camera is: it has no host, or no path to a picture.</summary>
    NoEndpoint = 3,
}

/// <summary>A camera gave no picture.</summary>
/// <param name="fault">What the caller may be told.</param>
/// <param name="reason">What the log is told: the rule or failure, in our own words. Never a credential, never a URL, and
/// nothing that the camera sent.</param>
/// <param name="answered">Whether an HTTP answer came all the same.</param>
public sealed class CameraException(CameraFault fault, string reason, bool answered) : Exception(reason)
{
    /// <summary>What the caller may be told.</summary>
    public CameraFault Fault => fault;

    /// <summary>Whether an HTTP answer came, so that the camera is online though it gave no picture.</summary>
    public bool Answered => answered;

    /// <summary>Whether nobody was asked, because cameras may not have such an address here.</summary>
    public bool IsForbidden { get; private init; }

    /// <summary>What the log is told; also the <see cref="Exception.Message"/>.</summary>
    public string Reason => Message;

    /// <summary>Nothing came that is HTTP, or not in time.</summary>
    internal static CameraException Offline(string reason) => new(CameraFault.Offline, reason, answered: false);

    /// <summary>The guard refused the address.</summary>
    internal static CameraException Forbidden(string reason) =>
        new(CameraFault.Offline, reason, answered: false) { IsForbidden = true };

    /// <summary>It answered, but with something else than a picture.</summary>
    internal static CameraException NoPicture(string reason) => new(CameraFault.Offline, reason, answered: true);

    internal static CameraException Unauthorized(string reason) => new(CameraFault.Unauthorized, reason, answered: true);
}
