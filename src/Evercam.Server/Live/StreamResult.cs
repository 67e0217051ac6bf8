using System.Globalization;
using System.Text;
using Evercam.Recorder;
using Evercam.Server.Activities;
using Evercam.Server.Http;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Live;

/// <summary>Picture after picture in one answer, each in the place of the one before: <c>multipart/x-mixed-replace</c>, which browsers
/// show in an <c>img</c>. It ends when the viewer goes, takes no more, or loses the right.</summary>
/// <param name="camera">Which camera.</param>
/// <param name="first">The picture to begin with.</param>
/// <param name="interval">How long from one picture to the next, at least.</param>
internal sealed class StreamResult(CameraFacts camera, LivePicture first, TimeSpan interval) : IResult
{
    private const string Boundary = "evercam-picture";

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var services = httpContext.RequestServices;
        httpContext.Response.ContentType = $"multipart/x-mixed-replace; boundary={Boundary}";
        // Proxies must not gather pictures (nginx).
        httpContext.Response.Headers["X-Accel-Buffering"] = "no";
        if (HttpMethods.IsHead(httpContext.Request.Method))
        {
            return;
        }

        using var seat = services.GetRequiredService<LiveSeats>().Take(Actor.Of(httpContext), camera.Key);
        var streams = services.GetRequiredService<LiveStreams>();
        var viewer = streams.Join(camera.Key, interval);
        try
        {
            await ShowAsync(httpContext, viewer, services.GetRequiredService<TimeProvider>());
        }
        catch (OperationCanceledException)
        {
            // Gone, or too slow, or the server stops: the answer ends where it is.
            httpContext.Abort();
        }
        finally
        {
            streams.Leave(camera.Key, viewer);
        }
    }

    private async Task ShowAsync(HttpContext context, LiveViewer viewer, TimeProvider clock)
    {
        var standing = context.RequestServices.GetRequiredService<Standing>();
        var watch = standing.Watch(context, camera, CameraRights.Snapshot);
        var patience = context.RequestServices.GetRequiredService<IOptions<LiveOptions>>().Value.Patience;
        var stopping = context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);

        await standing.PrepareAsync(context);
        viewer.Offer(first);
        await WriteAsync(context, $"--{Boundary}\r\n", default, over.Token);
        while (await watch.HoldsAsync())
        {
            if (await viewer.NextAsync(Standing.Glance, clock, over.Token) is { } picture)
            {
                using var tooSlow = new CancellationTokenSource(patience, clock);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(tooSlow.Token, over.Token);
                var head = string.Create(
                    CultureInfo.InvariantCulture,
                    $"Content-Type: {picture.MediaType}\r\nContent-Length: {picture.Bytes.Length}\r\n\r\n");
                var writing = WritePictureAsync(context, head, picture.Bytes, either.Token);
                try
                {
                    await standing.WhileAsync(writing, watch.HoldsAsync);
                }
                catch (ApiException)
                {
                    // Whoever reads slowly sees no more of a picture, either, once the right has ended.
                    await either.CancelAsync();
                }
                catch
                {
                    // Nobody can say whether it holds: nobody writes on behind the answer's back.
                    await either.CancelAsync();
                    await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    throw;
                }

                await writing;
            }
        }
    }

    private static async Task WritePictureAsync(HttpContext context, string head, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        // The next boundary goes along: without it browsers would show each picture only when the next one comes.
        await WriteAsync(context, head, bytes, cancellation);
        await WriteAsync(context, $"\r\n--{Boundary}\r\n", default, cancellation);
    }

    private static async Task WriteAsync(
        HttpContext context, string head, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        await context.Response.WriteAsync(head, Encoding.ASCII, cancellation);
        await context.Response.Body.WriteAsync(bytes, cancellation);
        await context.Response.Body.FlushAsync(cancellation);
    }
}
