using Evercam.CameraClient;

namespace Evercam.Server.Http;

/// <summary>What the caller is told when a camera gave no picture (contract 0.6).</summary>
internal static class CameraRefusal
{
    public static ApiException Of(CameraFault? fault) => fault switch
    {
        CameraFault.Unauthorized => ApiException.Forbidden("Please check camera username and password"),
        CameraFault.NoEndpoint => ApiException.NoCamera("No public endpoint"),
        _ => ApiException.NoCamera("Camera offline"),
    };
}
