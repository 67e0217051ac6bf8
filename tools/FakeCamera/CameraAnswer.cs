using System.Text;
using Microsoft.AspNetCore.Http;

namespace Evercam.FakeCameras;

/// <summary>Every <see cref="Behaviour"/>, acted out.</summary>
internal static class CameraAnswer
{
    private const string Jpeg = "image/jpeg";
    private const string Page = "<!DOCTYPE html><title>Camera</title><p>Please update your browser plug-in.</p>\n";
    private const long GigabyteLength = 1L << 30;

    public static async Task GiveAsync(HttpContext context, FakeCamera camera, TimeProvider clock)
    {
        switch (camera.Behaviour)
        {
            case Behaviour.Normal:
                await PictureAsync(context, camera, PictureOf(camera, clock));
                break;
            case Behaviour.Png:
                await PictureAsync(context, camera, camera.TakePng(clock.GetUtcNow()));
                break;
            case Behaviour.Slow:
                await Task.Delay(camera.Delay, clock, context.RequestAborted);
                await PictureAsync(context, camera, PictureOf(camera, clock));
                break;
            case Behaviour.Hang:
                await Task.Delay(Timeout.InfiniteTimeSpan, clock, context.RequestAborted);
                break;
            case Behaviour.Drip:
                await DripAsync(context, camera, clock);
                break;
            case Behaviour.WrongType:
                await WriteTextAsync(context, "text/html", Page);
                break;
            case Behaviour.LieAboutType:
                await WriteTextAsync(context, Jpeg, Page);
                break;
            case Behaviour.Redirect:
                context.Response.Redirect("http://169.254.169.254/");
                break;
            case Behaviour.Gigabyte:
                await FloodAsync(context, PictureOf(camera, clock), GigabyteLength);
                break;
            case Behaviour.Endless:
                await FloodAsync(context, PictureOf(camera, clock), null);
                break;
            case Behaviour.Truncate:
                await TruncateAsync(context, PictureOf(camera, clock));
                break;
            case Behaviour.BreakOff:
                await BreakOffAsync(context, PictureOf(camera, clock));
                break;
            case Behaviour.ServerError:
                context.Response.StatusCode = StatusCodes.Status500InternalServerError;
                break;
            case Behaviour.Forbidden:
                context.Response.StatusCode = StatusCodes.Status403Forbidden;
                break;
            case Behaviour.NotFound:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                break;
            case Behaviour.CloseWithoutAnswer:
                context.Abort();
                break;
            case Behaviour.EmptyBody:
                Announce(context, Jpeg, 0);
                break;
            default:
                throw new InvalidOperationException($"Nobody taught the camera how to {camera.Behaviour}.");
        }
    }

    public static async Task WriteTextAsync(HttpContext context, string type, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Announce(context, type, bytes.Length);
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    private static ReadOnlyMemory<byte> PictureOf(FakeCamera camera, TimeProvider clock) =>
        camera.Picture ?? camera.TakeJpeg(clock.GetUtcNow());

    private static async Task PictureAsync(HttpContext context, FakeCamera camera, ReadOnlyMemory<byte> picture)
    {
        Announce(context, TypeOf(picture.Span), picture.Length);
        // Counted before the last byte leaves, so that whoever has the picture also sees it counted.
        camera.CountPicture();
        await context.Response.Body.WriteAsync(picture, context.RequestAborted);
    }

    private static async Task DripAsync(HttpContext context, FakeCamera camera, TimeProvider clock)
    {
        var picture = PictureOf(camera, clock);
        Announce(context, TypeOf(picture.Span), picture.Length);
        for (var sent = 0; sent < picture.Length; sent++)
        {
            await context.Response.Body.WriteAsync(picture.Slice(sent, 1), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(TimeSpan.FromSeconds(1), clock, context.RequestAborted);
        }

        camera.CountPicture();
    }

    private static async Task FloodAsync(HttpContext context, ReadOnlyMemory<byte> picture, long? length)
    {
        Announce(context, Jpeg, length);
        var remaining = length ?? long.MaxValue;
        var block = new byte[64 * 1024];
        picture.Span[..Math.Min(picture.Length, block.Length)].CopyTo(block);
        while (remaining > 0)
        {
            var part = block.AsMemory(0, (int)Math.Min(block.Length, remaining));
            await context.Response.Body.WriteAsync(part, context.RequestAborted);
            remaining -= part.Length;
        }
    }

    private static async Task TruncateAsync(HttpContext context, ReadOnlyMemory<byte> picture)
    {
        var half = picture[..(picture.Length / 2)];
        Announce(context, TypeOf(picture.Span), half.Length);
        await context.Response.Body.WriteAsync(half, context.RequestAborted);
    }

    /// <summary>Kestrel closes the connection of an answer that stays shorter than it announced.</summary>
    private static async Task BreakOffAsync(HttpContext context, ReadOnlyMemory<byte> picture)
    {
        Announce(context, TypeOf(picture.Span), picture.Length);
        await context.Response.Body.WriteAsync(picture[..(picture.Length / 2)], context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    private static void Announce(HttpContext context, string type, long? length)
    {
        context.Response.ContentType = type;
        context.Response.ContentLength = length;
        context.Response.Headers.CacheControl = "no-store";
    }

    private static string TypeOf(ReadOnlySpan<byte> picture) => picture switch
    {
        [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => "image/png",
        [(byte)'G', (byte)'I', (byte)'F', ..] => "image/gif",
        _ => Jpeg,
    };
}
