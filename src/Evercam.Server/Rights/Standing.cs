using System.Runtime.ExceptionServices;
using Evercam.Server.Http;
using Evercam.Storage.Catalog;
using Microsoft.AspNetCore.Authentication;

namespace Evercam.Server.Rights;

/// <summary>For answers that take long: whether what a request was let in for still holds.</summary>
internal sealed class Standing(
    CallerSource source,
    AccessCache cameras,
    Hearing hearing,
    IAuthenticationHandlerProvider cookies,
    IHostApplicationLifetime host,
    TimeProvider clock)
{
    /// <summary>How long a right that was lost may go unnoticed.</summary>
    public static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(500);

    /// <summary>To be done before the answer begins: what reads the session's cookie wants to add to the answer's headers, and once it is
    /// there it can be asked again.</summary>
    public Task PrepareAsync(HttpContext context) => cookies.GetHandlerAsync(context, Sessions.Cookie);

    /// <summary>Who calls, as far as the credentials of a request are still good, and still those of the same caller.</summary>
    /// <param name="context">The request.</param>
    /// <param name="before">Who called when it came.</param>
    /// <returns>The caller with what may be done now; <see langword="null"/> if they are good no more.</returns>
    public async ValueTask<Caller?> StillAsync(HttpContext context, Caller before)
    {
        try
        {
            var now = await source.IdentifyAsync(context);
            return now.UserKey == before.UserKey && now.ClientKey == before.ClientKey ? now : null;
        }
        catch (ApiException)
        {
            return null;
        }
    }

    /// <summary>For whoever asks often whether the credentials of a request are still good, and still give a right to a camera.</summary>
    public RightWatch Watch(HttpContext context, CameraFacts camera, CameraRights right) =>
        new(this, hearing, clock, context, camera, right);

    /// <summary>Whether the credentials of a request are still good, and still give a right to a camera.</summary>
    public ValueTask<bool> HoldsAsync(HttpContext context, CameraFacts camera, CameraRights right) =>
        HoldsAsync(context, camera, (caller, now) => RightsRule.OfCamera(caller, now).All.HasFlag(right));

    /// <summary>Waits until an answer is written, or the right to it has ended.</summary>
    /// <exception cref="ApiException">It has ended (403), and the answer is still being written.</exception>
    public async Task WhileAsync(Task writing, Func<ValueTask<bool>> holds)
    {
        while (!writing.IsCompleted)
        {
            await writing.WaitAsync(Glance, clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!writing.IsCompleted && !await holds())
            {
                throw ApiException.Unauthorized();
            }
        }
    }

    /// <summary>Writes a long answer about a camera's stored pictures, which ends in the middle when the right to them does, or the server
    /// stops: broken off, so that nobody takes a part for the whole.</summary>
    /// <param name="context">The request.</param>
    /// <param name="camera">Whose pictures.</param>
    /// <param name="right">What the request was let in for.</param>
    /// <param name="write">Writes the answer, until its token says that it is over.</param>
    public async Task WhileStoredAsync(HttpContext context, CameraFacts camera, CameraRights right, Func<CancellationToken, Task> write)
    {
        await PrepareAsync(context);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, host.ApplicationStopping);
        var writing = write(over.Token);
        try
        {
            await WhileAsync(writing, () => HoldsStoredAsync(context, camera, right));
        }
#pragma warning disable CA1031 // It is said, or the answer broken off: whatever it is, nobody writes on behind its back.
        catch (Exception reason)
#pragma warning restore CA1031
        {
            // Lost, or nobody can say whether it still holds.
            await over.CancelAsync();
            await BreakOffAsync(context, writing, reason);
            return;
        }

        try
        {
            await writing;
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            context.Abort();
        }
    }

    /// <summary>Ends an answer, and waits until nobody writes it any more. If nothing was sent yet, the refusal can be said.</summary>
    private static async Task BreakOffAsync(HttpContext context, Task writing, Exception reason)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
        }

        await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (context.Response.HasStarted && reason is ApiException)
        {
            context.Abort();
            return;
        }

        ExceptionDispatchInfo.Throw(reason);
    }

    private ValueTask<bool> HoldsStoredAsync(HttpContext context, CameraFacts camera, CameraRights right) =>
        HoldsAsync(context, camera, (caller, now) => RightsRule.OfSnapshots(caller, now).HasFlag(right));

    private async ValueTask<bool> HoldsAsync(HttpContext context, CameraFacts camera, Func<Caller, CameraFacts, bool> isAllowed)
    {
        try
        {
            var caller = await source.IdentifyAsync(context);
            var now = await cameras.FindAsync(camera.Id, context);
            return now?.Key == camera.Key && isAllowed(caller, now);
        }
        catch (ApiException)
        {
            return false;
        }
    }
}
