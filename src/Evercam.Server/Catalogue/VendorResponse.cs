using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Catalogue;

/// <summary><c>{"vendors":[…]}</c>.</summary>
internal sealed record VendorsResponse(IReadOnlyList<VendorResponse> Vendors);

/// <summary>A vendor (contract 5.3).</summary>
/// <param name="Id">Lower case.</param>
/// <param name="Name">What people read.</param>
/// <param name="KnownMacs">MAC prefixes, <c>AA:BB:CC</c>.</param>
/// <param name="IsSupported">Whether it has a model.</param>
/// <param name="Models">The names that its models speak for.</param>
internal sealed record VendorResponse(
    string Id, string Name, IReadOnlyList<string> KnownMacs, bool IsSupported, IReadOnlyList<string> Models)
{
    /// <summary>Vendors as they are answered, by id, in three queries however many there are.</summary>
    public static async Task<VendorsResponse> ReadAsync(IQueryable<Vendor> vendors, CancellationToken cancellation)
    {
        var rows = await vendors.OrderBy(v => v.Id).Select(v => new { v.Key, v.Id, v.Name }).ToListAsync(cancellation);
        var macs = (await vendors.SelectMany(v => v.Macs).OrderBy(m => m.Prefix).Select(m => new { m.VendorKey, m.Prefix })
            .ToListAsync(cancellation)).ToLookup(m => m.VendorKey, m => m.Prefix);
        var models = (await vendors.SelectMany(v => v.Models).Select(m => new { m.VendorKey, m.KnownModels })
            .ToListAsync(cancellation)).ToLookup(m => m.VendorKey, m => m.KnownModels);
        return new VendorsResponse([.. rows.Select(v => new VendorResponse(
            v.Id, v.Name, [.. macs[v.Key]], models.Contains(v.Key), NamesOf(models[v.Key])))]);
    }

    private static string[] NamesOf(IEnumerable<List<string>> models) =>
        [.. models.SelectMany(known => known).Distinct().Order(StringComparer.Ordinal)];
}
