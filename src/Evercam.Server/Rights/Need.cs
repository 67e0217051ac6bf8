namespace Evercam.Server.Rights;

/// <summary>What an endpoint asks of its caller, in its metadata: every endpoint of the API declares one.</summary>
/// <param name="Name">In words, for people who read the list of endpoints.</param>
/// <param name="Caller">Whether anonymous requests are refused (401).</param>
internal sealed record Need(string Name, bool Caller)
{
    /// <summary>Whether credentials are not even looked at, so that wrong ones do no harm.</summary>
    public bool IgnoresCredentials { get; init; }

    /// <summary>What the caller must be allowed to do with the camera that the path names, where that is asked.</summary>
    public Func<CameraAccess, bool>? OfCamera { get; init; }
}
