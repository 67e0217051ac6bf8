using System.Text.Json;
using Evercam.Storage.Catalog;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Catalogue;

/// <summary>The two long lists of vendors, kept as the bytes that are sent: with the registry there are tens of thousands, and they
/// change a few times a year.</summary>
internal sealed class VendorLists(IOptions<JsonOptions> json) : IDisposable
{
    /// <summary>Every vendor.</summary>
    public VendorList All { get; } = new(vendors => vendors, json.Value.SerializerOptions);

    /// <summary>Those with a model.</summary>
    public VendorList Supported { get; } = new(
        vendors => vendors.Where(v => v.Models.Count > 0), json.Value.SerializerOptions);

    public void Dispose()
    {
        All.Dispose();
        Supported.Dispose();
    }
}

/// <summary>A list of vendors that is made anew only when the database holds others: another process may import or load them.</summary>
internal sealed class VendorList(Func<IQueryable<Vendor>, IQueryable<Vendor>> which, JsonSerializerOptions json) : IDisposable
{
    private readonly SemaphoreSlim making = new(1);
    private Kept? kept;

    /// <summary>The list as an answer.</summary>
    public async Task<FileContentHttpResult> AnswerAsync(EvercamDb db, CancellationToken cancellation)
    {
        // Of vendors that change meanwhile, the older version is noted: the next request looks again.
        var version = await VersionAsync(db, cancellation);
        if (Known(version) is { } known)
        {
            return known;
        }

        await making.WaitAsync(cancellation);
        try
        {
            return Known(version) ?? await MakeAsync(version, db, cancellation);
        }
        finally
        {
            making.Release();
        }
    }

    public void Dispose() => making.Dispose();

    private FileContentHttpResult? Known(string version) =>
        Volatile.Read(ref kept) is { } last && last.Version == version ? last.Answer : null;

    private async Task<FileContentHttpResult> MakeAsync(string version, EvercamDb db, CancellationToken cancellation)
    {
        var vendors = await VendorResponse.ReadAsync(which(db.Vendors), cancellation);
        var bytes = JsonSerializer.SerializeToUtf8Bytes(vendors, json.GetTypeInfo(typeof(VendorsResponse)));
        var answer = TypedResults.Bytes(bytes, "application/json; charset=utf-8");
        Volatile.Write(ref kept, new Kept(version, answer));
        return answer;
    }

    private static async Task<string> VersionAsync(EvercamDb db, CancellationToken cancellation) => string.Join(
        ' ',
        await db.CatalogueVersions.OrderBy(v => v.Key).Select(v => $"{v.Hash} {v.LoadedAt}").ToListAsync(cancellation));

    private sealed record Kept(string Version, FileContentHttpResult Answer);
}
