using Evercam.CameraClient;
using Evercam.Tests.Servers;

namespace Evercam.Tests.CameraClient;

public class PictureReaderTests
{
    private const int Limit = 10 * 1024 * 1024;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Memory_is_taken_as_bytes_arrive_whatever_was_announced()
    {
        await using var stream = new Dripping(new byte[1000], 100);
        using var content = new StreamContent(stream);
        content.Headers.ContentLength = Limit;
        await Assert.ThrowsAsync<CameraException>(() => PictureReader.ReadAsync(content, Limit, Cancellation));
        Assert.InRange(stream.LargestBuffer, 1, 256 * 1024);
    }

    [Theory]
    [InlineData(100_000, true)]
    [InlineData(1_000_000, true)]
    [InlineData(1_000_000, false)]
    [InlineData(Limit, true)]
    [InlineData(Limit, false)]
    public async Task A_picture_of_any_size_is_read_whole(int length, bool announced)
    {
        byte[] picture = [.. await Photographs.ReadAsync("small.jpg"), .. new byte[length]];
        Array.Resize(ref picture, length);
        await using var stream = new Dripping(picture, 77_777);
        using var content = new StreamContent(stream);
        content.Headers.ContentLength = announced ? length : null;
        using var read = await PictureReader.ReadAsync(content, Limit, Cancellation);
        Assert.True(read.Bytes.Span.SequenceEqual(picture));
    }

    /// <summary>Gives a few bytes at a time, and remembers how much room it was offered. Its length is nobody's business.</summary>
    private sealed class Dripping(byte[] bytes, int atMost) : MemoryStream(bytes)
    {
        public int LargestBuffer { get; private set; }

        public override bool CanSeek => false;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            LargestBuffer = Math.Max(LargestBuffer, buffer.Length);
            return base.ReadAsync(buffer[..Math.Min(buffer.Length, atMost)], cancellationToken);
        }
    }
}
