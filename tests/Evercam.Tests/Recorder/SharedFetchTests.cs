using System.Buffers;
using Evercam.CameraClient;
using Evercam.Recorder;

namespace Evercam.Tests.Recorder;

/// <summary>One fetch that several wait for: its picture lies in a pooled buffer.</summary>
public class SharedFetchTests
{
    [Fact]
    public void The_picture_stays_until_whoever_began_the_fetch_has_left()
    {
        using var picture = new CameraPicture(ArrayPool<byte>.Shared.Rent(8), 8, "image/jpeg");
#pragma warning disable CA2025 // The task is over already.
        var fetch = new SharedFetch(new CameraSettings(null, null, null), Task.FromResult(picture));
#pragma warning restore CA2025

        // The fetch ends before the one who began it has looked at it.
        fetch.Join().Leave();
        Assert.Equal(8, picture.Bytes.Length);

        fetch.Leave();
        Assert.Throws<ObjectDisposedException>(() => picture.Bytes.Length);
    }
}
