using System.Runtime.CompilerServices;
using System.Text.Json.Serialization.Metadata;

namespace Evercam.Api;

/// <summary>Lists that come in pages, as if they came in one.</summary>
internal static class Pages
{
    /// <summary>Follows the links from page to page.</summary>
    public static async IAsyncEnumerable<TItem> LinkedAsync<TPage, TItem>(
        this Wire wire,
        FormattableString path,
        Fields first,
        JsonTypeInfo<TPage> type,
        Func<TPage, IReadOnlyList<TItem>> items,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var query = first; query is not null;)
        {
            using var answer = await wire.OpenAsync(HttpMethod.Get, path, query, form: null, cancellation);
            query = AnswerTo.NextOf(answer);
            foreach (var item in items(await AnswerTo.ReadAsync(answer, type, cancellation)))
            {
                yield return item;
            }
        }
    }

    /// <summary>Counts from page to page, until one is not full.</summary>
    /// <param name="read">Reads the page behind this many items; <see langword="null"/> if there is none.</param>
    /// <param name="size">How many items a full page has.</param>
    /// <param name="cancellation">Ends the list.</param>
    public static async IAsyncEnumerable<TItem> CountedAsync<TItem>(
        Func<int, CancellationToken, Task<IReadOnlyList<TItem>>> read, int size, [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var (seen, last) = (0, size); last == size; seen += last)
        {
            var page = await read(seen, cancellation);
            last = page.Count;
            foreach (var item in page)
            {
                yield return item;
            }
        }
    }
}
