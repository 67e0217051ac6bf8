using Evercam.CameraClient;
using Evercam.Server.Commands.Remote;
using Evercam.Server.Pictures;
using Evercam.Tests.Servers;

namespace Evercam.Tests.Attack;

/// <summary>Pictures that cameras and callers send: their headers, and the library that unpacks them.</summary>
public sealed class PictureFuzzTests
{
    /// <summary>The segments of a JPEG are in its first bytes, and so are a PNG's and a GIF's headers.</summary>
    private const int HeadBytes = 900;

    [Fact]
    public async Task Headers_are_a_picture_or_a_flaw()
    {
        var heads = new List<byte[]>();
        foreach (var name in Photographs.Names.Where(name => name != "large.jpg"))
        {
            var picture = await Photographs.ReadAsync(name);
            heads.Add([.. picture[..Math.Min(picture.Length, HeadBytes)], .. picture[^Math.Min(picture.Length, 16)..]]);
        }

        Bearing.All(
            Garbled.Bytes(heads), bytes => bytes.Length,
            bytes =>
            {
                Assert.Equal(PictureProof.TryProve(bytes, out var mediaType, out var flaw), mediaType is not null);
                Assert.NotEqual(mediaType is null, flaw is null);
                _ = PictureName.EndingOf(bytes);
            },
            LongForm.Cases(everyday: 50_000));
    }

    [Fact]
    public async Task Whatever_is_unpacked_is_made_smaller_or_left_alone()
    {
        byte[][] pictures = [await Photographs.ReadAsync("small.jpg"), await Photographs.ReadAsync("picture.gif"), await Photographs.ReadAsync("picture.png")];

        // The library has its memory beside ours, and unpacks a thousand times longer than anybody reads headers.
        Bearing.All(
            Garbled.Bytes(pictures), bytes => bytes.Length,
            bytes =>
            {
                if (Thumbnail.TryMake(bytes, width: 16, out var smaller) && smaller is not null)
                {
                    Assert.True(PictureProof.TryProve(smaller, out _, out var flaw), flaw);
                }
            },
            LongForm.Times(everyday: 100, inLongForm: 100_000));
    }
}
