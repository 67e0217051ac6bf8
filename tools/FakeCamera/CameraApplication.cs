using Evercam.FakeCameras.Auth;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Evercam.FakeCameras;

/// <summary>Finds the camera that a request means, asks for credentials, and lets the camera behave.</summary>
internal sealed class CameraApplication : IHttpApplication<HttpContext>
{
    private readonly TimeProvider _clock;
    private readonly Dictionary<string, (FakeCamera Camera, Gate Gate)> _cameras;
    private readonly string _index;

    public CameraApplication(IReadOnlyList<FakeCamera> cameras, TimeProvider clock)
    {
        _clock = clock;
        _cameras = cameras.ToDictionary(FakeCameraHost.PathOf, c => (c, new Gate(c, clock)), StringComparer.Ordinal);
        _index = string.Concat(cameras.Select(c => $"{FakeCameraHost.PathOf(c)}\n"));
    }

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    public async Task ProcessRequestAsync(HttpContext context)
    {
        try
        {
            await AnswerAsync(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller gave up, or the cameras are being switched off.
            context.Abort();
        }
    }

    private Task AnswerAsync(HttpContext context)
    {
        if (!_cameras.TryGetValue(context.Request.Path.Value ?? "", out var found))
        {
            return context.Request.Path == "/"
                ? CameraAnswer.WriteTextAsync(context, "text/plain", _index)
                : Say(context, StatusCodes.Status404NotFound);
        }

        var (camera, gate) = found;
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        CountConnection(context, camera);
        camera.CountRequest(target);
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.Headers.Allow = "GET, HEAD";
            return Say(context, StatusCodes.Status405MethodNotAllowed);
        }

        var verdict = gate.Check(context.Request.Method, target, context.Request.Headers.Authorization);
        switch (verdict)
        {
            case Verdict.Granted:
                return CameraAnswer.GiveAsync(context, camera, _clock);
            case Verdict.Malformed:
                return Say(context, StatusCodes.Status400BadRequest);
            default:
                camera.CountUnauthorized();
                context.Response.Headers.WWWAuthenticate = gate.Challenge(isStale: verdict == Verdict.Stale);
                return Say(context, StatusCodes.Status401Unauthorized);
        }
    }

    private static void CountConnection(HttpContext context, FakeCamera camera)
    {
        if (context.Features.GetRequiredFeature<IConnectionItemsFeature>().Items.TryAdd(camera, camera))
        {
            camera.CountConnection();
        }
    }

    private static Task Say(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        context.Response.ContentLength = 0;
        return Task.CompletedTask;
    }
}
