using Evercam.CameraClient;

namespace Evercam.Server.Http;

/// <summary>What the caller is told when a camera gave no picture (contract 0.6).</summary>
internal static class CameraRefusal
{
    /// <summary>It does not take the password that is known.</summary>
    public const string WrongPassword = "Please check camera username and password";

    /// <summary>Nobody can reach it from here.</summary>
    public const string NoEndpoint = "No public endpoint";

    /// <summary>It gave no picture.</summary>
    public const string Offline = "Camera offline";

    public static ApiException Of(CameraFault? fault) => fault switch
    {
        CameraFault.Unauthorized => ApiException.Forbidden(WrongPassword),
        CameraFault.NoEndpoint => ApiException.NoCamera(NoEndpoint),
        _ => ApiException.NoCamera(Offline),
    };
}
