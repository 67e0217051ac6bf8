namespace Evercam.Server.Http;

/// <summary>Takes the time of every request, from the first thing that is done for it to the last.</summary>
internal sealed class RequestClock(RequestDelegate next, HttpMetrics metrics, TimeProvider clock)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var begun = clock.GetTimestamp();
        try
        {
            await next(context);
        }
        finally
        {
            metrics.Answered(context, clock.GetElapsedTime(begun));
        }
    }
}
