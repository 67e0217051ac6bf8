using Evercam.Bench.Processes;

namespace Evercam.Bench;

/// <summary>nginx as any number of cameras: <c>/0.jpg</c> to <c>/7.jpg</c>.</summary>
internal static class PictureCameras
{
    public static async Task<Nginx> StartAsync(TempFolder folder, CancellationToken cancellation)
    {
        var served = folder.CreateFolder("pictures");
        foreach (var (number, picture) in Pictures.Draw().Index())
        {
            await File.WriteAllBytesAsync(Path.Combine(served, $"{number}.jpg"), picture, cancellation);
        }

        return await Nginx.StartAsync(folder.CreateFolder("nginx"), served, cancellation);
    }
}
