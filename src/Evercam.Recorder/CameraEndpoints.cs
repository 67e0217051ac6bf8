using Evercam.CameraClient;
using Evercam.Storage.Catalog;

namespace Evercam.Recorder;

/// <summary>How a camera's row says where its pictures come from (contract 4.9).</summary>
public static class CameraEndpoints
{
    /// <summary>The endpoint of its pictures; <see langword="null"/> without an external host or a picture path.</summary>
    /// <param name="camera">The camera.</param>
    /// <param name="model">The model whose defaults apply.</param>
    public static CameraEndpoint? PictureEndpoint(this Camera camera, CameraModel? model)
    {
        var path = camera.JpgUrl.Or(model?.JpgUrl);
        if (camera.ExternalHost is not { } host || path is null)
        {
            return null;
        }

        var credential = new CameraCredential(camera.CamUsername.Or(model?.Username) ?? "", camera.CamPassword.Or(model?.Password) ?? "");
        return CameraEndpoint.FromHost(host, camera.ExternalHttpPort, path, credential);
    }
}
