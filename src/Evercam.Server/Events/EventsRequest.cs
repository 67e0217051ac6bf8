using System.Globalization;
using Evercam.Server.Http;
using Evercam.Server.Notices;
using Evercam.Storage.Catalog;

namespace Evercam.Server.Events;

/// <summary><c>GET /events</c>.</summary>
/// <param name="Types">Kinds of notices, as asked for.</param>
/// <param name="Cameras">Ids of cameras, as asked for.</param>
/// <param name="LastEventId">The last notice that the reader has had.</param>
internal sealed record EventsRequest(string? Types, string? Cameras, long? LastEventId)
{
    private const int MostCameras = 100;

    public static ValueTask<EventsRequest?> BindAsync(HttpContext context) => Params.BindAsync(context, read => new EventsRequest(
        read.Text("types"), read.Text("cameras"), Latest(context.Request, read.Integer("last_event_id"))));

    /// <summary>The kinds that are wanted; <see langword="null"/> for all.</summary>
    /// <exception cref="ApiException">One of them is none (400).</exception>
    public IReadOnlyList<NoticeKind>? Kinds() => NamesOf(Types) is { } names
        ? NoticeNames.Read(names) ?? throw ApiException.BrokenRule("types is invalid")
        : null;

    /// <summary>The ids of the cameras that are wanted; <see langword="null"/> for all.</summary>
    /// <exception cref="ApiException">There are too many (400).</exception>
    public IReadOnlyList<string>? CameraIds()
    {
        string[]? ids = NamesOf(Cameras) is { } names ? [.. names.Distinct()] : null;
        return ids is { Length: > MostCameras } ? throw ApiException.BrokenRule("cameras is invalid") : ids;
    }

    /// <summary>What a list names; <see langword="null"/> if it names nothing, for a stream that never tells anything is of no use.</summary>
    private static string[]? NamesOf(string? list) => list is not null && NoticeNames.Split(list) is { Length: > 0 } names ? names : null;

    /// <summary>A browser that comes back asks for the same address as when it began, and tells the header where it is by now.</summary>
    private static long? Latest(HttpRequest request, long? begun) => HeaderOf(request) ?? begun;

    /// <summary>What a browser sends by itself when it comes back.</summary>
    private static long? HeaderOf(HttpRequest request) =>
        long.TryParse(request.Headers["Last-Event-ID"], NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
}
