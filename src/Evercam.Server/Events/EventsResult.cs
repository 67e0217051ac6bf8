using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Evercam.Server.Http;
using Evercam.Server.Notices;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Events;

/// <summary>Notice after notice in one answer (<c>text/event-stream</c>), which browsers read with an <c>EventSource</c>. It ends when
/// the reader goes, takes no more, or loses what it was let in for.</summary>
/// <param name="wish">Who reads, and what.</param>
/// <param name="lastId">The last notice that the reader has had; <see langword="null"/> to begin with now.</param>
internal sealed class EventsResult(EventWish wish, long? lastId) : IResult
{
    /// <summary>How long a right that was lost may go unnoticed.</summary>
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(500);

    private const int Batch = 200;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var services = httpContext.RequestServices;
        await services.GetRequiredService<Standing>().PrepareAsync(httpContext);
        var feed = services.GetRequiredService<EventFeed>();
        var reader = await feed.JoinAsync(wish.Caller, httpContext.RequestAborted);
        try
        {
            httpContext.Response.ContentType = "text/event-stream";
            // Proxies must not gather events (nginx).
            httpContext.Response.Headers["X-Accel-Buffering"] = "no";
            if (!HttpMethods.IsHead(httpContext.Request.Method))
            {
                await TellAsync(httpContext, reader);
            }
        }
        catch (Exception end) when (end is OperationCanceledException or ChannelClosedException)
        {
            // Gone, or too slow, or the server stops: the answer ends where it is.
            httpContext.Abort();
        }
        finally
        {
            feed.Leave(reader);
        }
    }

    private async Task TellAsync(HttpContext context, EventReader reader)
    {
        var services = context.RequestServices;
        var (clock, options) = (services.GetRequiredService<TimeProvider>(), services.GetRequiredService<IOptions<EventOptions>>().Value);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted, services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);

        // Where it begins, for a reader that goes before the first event, and comes back.
        var begins = (lastId ?? reader.Begins).ToString(CultureInfo.InvariantCulture);
        await WriteAsync(context, $"retry: 3000\nid: {begins}\n\n", options, clock, over.Token);
        await CatchUpAsync(context, reader.Begins, options, clock, over.Token);
        var written = clock.GetTimestamp();
        while (await HoldsAsync(context))
        {
            if (await reader.NextAsync(Glance, clock, over.Token) is { } notice)
            {
                if (await MayHearAsync(context, notice))
                {
                    await WriteAsync(context, Write(context, notice), options, clock, over.Token);
                    written = clock.GetTimestamp();
                }
            }
            else if (clock.GetElapsedTime(written) >= options.Heartbeat)
            {
                await WriteAsync(context, ":\n\n", options, clock, over.Token);
                written = clock.GetTimestamp();
            }
        }
    }

    /// <summary>Tells what the reader has missed.</summary>
    private async Task CatchUpAsync(
        HttpContext context, long begins, EventOptions options, TimeProvider clock, CancellationToken cancellation)
    {
        var db = context.RequestServices.GetRequiredService<EvercamDb>();
        var people = KnownCameras.PeopleOf(wish.Caller);
        for (var last = lastId ?? begins; last < begins;)
        {
            // What the database can say of whose cameras they are; the rule has the last word.
            var missed = await db.Notices.Where(n => n.Key > last && n.Key <= begins)
                .Where(n => people.Contains(n.OwnerKey ?? 0) || people.Contains(n.ShareeKey ?? 0) || people.Contains(n.Camera!.OwnerKey)
                    || n.Camera.Shares.Any(share => people.Contains(share.UserKey)))
                .OrderBy(n => n.Key).Take(Batch).ReadAsync(db, cancellation);
            foreach (var notice in missed)
            {
                if (await MayHearAsync(context, notice))
                {
                    await WriteAsync(context, Write(context, notice), options, clock, cancellation);
                }
            }

            last = missed.Count == Batch ? missed[^1].Key : begins;
        }
    }

    /// <summary>Whether the credentials are still good, and the cameras that were asked for still the caller's.</summary>
    private async ValueTask<bool> HoldsAsync(HttpContext context)
    {
        if (await CallerNowAsync(context) is not { } caller)
        {
            return false;
        }

        foreach (var camera in wish.Cameras ?? [])
        {
            var now = await context.RequestServices.GetRequiredService<AccessCache>().FindAsync(camera.Id, context);
            if (now?.Key != camera.Key || !NoticeRule.IsTheirs(caller, now))
            {
                return false;
            }
        }

        return true;
    }

    private async ValueTask<bool> MayHearAsync(HttpContext context, ToldNotice notice)
    {
        if (!wish.Holds(notice) || await CallerNowAsync(context) is not { } caller)
        {
            return false;
        }

        var camera = notice.CameraId is { } id
            ? await context.RequestServices.GetRequiredService<AccessCache>().FindAsync(id, context)
            : null;
        return NoticeRule.MayHear(caller, notice, camera);
    }

    private ValueTask<Caller?> CallerNowAsync(HttpContext context) =>
        context.RequestServices.GetRequiredService<Standing>().StillAsync(context, wish.Caller);

    private static string Write(HttpContext context, ToldNotice notice)
    {
        var json = context.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        var data = JsonSerializer.Serialize(NoticeResponse.Of(notice), json.GetTypeInfo(typeof(NoticeResponse)));
        return string.Create(
            CultureInfo.InvariantCulture, $"id: {notice.Key}\nevent: {NoticeNames.Of(notice.Kind)}\ndata: {data}\n\n");
    }

    private static async Task WriteAsync(
        HttpContext context, string text, EventOptions options, TimeProvider clock, CancellationToken cancellation)
    {
        using var tooSlow = new CancellationTokenSource(options.Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(tooSlow.Token, cancellation);
        await context.Response.WriteAsync(text, Encoding.UTF8, either.Token);
        await context.Response.Body.FlushAsync(either.Token);
    }
}
