using System.Net;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Evercam.Api;

/// <summary>What happened.</summary>
/// <param name="Id">Its number: the same wherever and however often it is told.</param>
/// <param name="Event">What, such as <c>camera.offline</c>.</param>
/// <param name="CreatedAt">When, in Unix seconds.</param>
/// <param name="CameraId">The camera; <see langword="null"/> if it is about none.</param>
/// <param name="Reason">Why recording stopped.</param>
/// <param name="Share">The share that it is about.</param>
public sealed record Notice(long Id, string Event, long CreatedAt, string? CameraId, string? Reason, NoticeShare? Share);

/// <summary>A share that was made or ended.</summary>
/// <param name="UserId">The number of whom it is with.</param>
/// <param name="Email">Their email; <see langword="null"/> if they are gone.</param>
/// <param name="Rights">What it gives, or gave, with commas.</param>
public sealed record NoticeShare(long UserId, string? Email, string Rights);

/// <summary>What happens to cameras, as it happens.</summary>
public sealed class NoticeCalls
{
    private readonly Wire wire;

    internal NoticeCalls(Wire wire) => this.wire = wire;

    /// <summary>Tells notices as they happen, until the caller or the connection ends: <c>GET /v1/events</c>. To go on, ask again with
    /// the id of the last one.</summary>
    /// <param name="types">The kinds that are wanted; all unless said.</param>
    /// <param name="cameras">The cameras that are meant; all that are the caller's or shared with the caller unless said.</param>
    /// <param name="lastEventId">The last notice that is known: what came after it is told at once.</param>
    /// <param name="cancellation">Ends the stream.</param>
    /// <exception cref="EvercamException">The server refused, or what comes is no stream of notices.</exception>
    /// <exception cref="IOException">The stream was broken off.</exception>
    public async IAsyncEnumerable<Notice> StreamAsync(
        IEnumerable<string>? types = null, IEnumerable<string>? cameras = null, long? lastEventId = null,
        [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        using var answer = await wire.DownloadAsync(
            $"v1/events", new() { { "types", types }, { "cameras", cameras }, { "last_event_id", lastEventId } }, cancellation);
        if (!"text/event-stream".Equals(answer.MediaType, StringComparison.OrdinalIgnoreCase))
        {
            throw EvercamException.NoAnswer(HttpStatusCode.OK);
        }

        var events = SseParser.Create(answer.Content, (_, data) => Understand(data));
        await foreach (var item in events.EnumerateAsync(cancellation))
        {
            yield return item.Data;
        }
    }

    /// <summary>Tells what a user is told by mail: <c>GET /v1/users/{id}/notices</c>.</summary>
    /// <param name="user">The user's name or email.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<IReadOnlyList<string>> GetMailsAsync(string user, CancellationToken cancellation = default) =>
        (await wire.GetAsync($"v1/users/{user}/notices", new(), ApiJson.Default.MailChoicesAnswer, cancellation)).Notices.One().Mails;

    /// <summary>Chooses what a user is told by mail: <c>PATCH /v1/users/{id}/notices</c>.</summary>
    /// <param name="user">The user's name or email.</param>
    /// <param name="mails">The kinds of notices; none for no mail.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<IReadOnlyList<string>> SetMailsAsync(
        string user, IEnumerable<string> mails, CancellationToken cancellation = default) =>
        (await wire.SendAsync(
            HttpMethod.Patch, $"v1/users/{user}/notices", new() { { "mails", mails } }, ApiJson.Default.MailChoicesAnswer, cancellation))
        .Notices.One().Mails;

    private static Notice Understand(ReadOnlySpan<byte> data)
    {
        try
        {
            return JsonSerializer.Deserialize(data, ApiJson.Default.Notice) ?? throw EvercamException.NoAnswer(HttpStatusCode.OK);
        }
        catch (JsonException odd)
        {
            throw EvercamException.NoAnswer(HttpStatusCode.OK, odd);
        }
    }
}

internal sealed record MailChoicesAnswer(IReadOnlyList<MailChoices> Notices);

internal sealed record MailChoices(string UserId, IReadOnlyList<string> Mails);
