using System.Runtime.CompilerServices;

namespace Evercam.Api;

/// <summary>A line of a camera's log.</summary>
/// <param name="Who">For people: who did it.</param>
/// <param name="User">The user name; <see langword="null"/> if it was nobody known.</param>
/// <param name="Client">The application's name; <see langword="null"/> for a person.</param>
/// <param name="Ip">From where; <see langword="null"/> for the server itself.</param>
/// <param name="Action">What was done.</param>
/// <param name="DoneAt">When, in Unix seconds.</param>
/// <param name="Extra">What exactly.</param>
public sealed record LogLine(string Who, string? User, string? Client, string? Ip, string Action, long DoneAt, string? Extra);

/// <summary>Who did and saw what.</summary>
public sealed class LogCalls
{
    private const int PageSize = 100;

    private readonly Wire wire;

    internal LogCalls(Wire wire) => this.wire = wire;

    /// <summary>Tells who did what with a camera, newest first: <c>GET /v1/cameras/{id}/logs</c>.</summary>
    /// <param name="camera">The camera's id.</param>
    /// <param name="from">The first second, if there is one.</param>
    /// <param name="to">The last second, included; it is best said, since lines that come meanwhile push others onto the next page.</param>
    /// <param name="types">The kinds of lines that are wanted; all unless said.</param>
    /// <param name="cancellation">Ends the list.</param>
    public async IAsyncEnumerable<LogLine> ListAsync(
        string camera, long? from = null, long? to = null, IEnumerable<string>? types = null,
        [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        LogAnswer answer;
        for (var page = 0; ; page++)
        {
            answer = await wire.GetAsync(
                $"v1/cameras/{camera}/logs",
                new() { { "from", from }, { "to", to }, { "types", types }, { "limit", PageSize }, { "page", page }, { "objects", true } },
                ApiJson.Default.LogAnswer,
                cancellation);
            foreach (var line in answer.Logs)
            {
                yield return line;
            }

            if (page + 1 >= answer.Pages)
            {
                yield break;
            }
        }
    }
}

internal sealed record LogAnswer(IReadOnlyList<LogLine> Logs, int Pages);
