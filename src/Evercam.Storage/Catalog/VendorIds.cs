using System.Collections.Frozen;

namespace Evercam.Storage.Catalog;

/// <summary>How a vendor is named on the wire: in any case, and some in a second spelling.</summary>
public static class VendorIds
{
    /// <summary>The V1 documentation writes these without a hyphen, later programs with one.</summary>
    private static readonly FrozenDictionary<string, string> Spellings = new Dictionary<string, string>
    {
        ["d-link"] = "dlink",
        ["tp-link"] = "tplink",
        ["y-cam"] = "ycam",
    }.ToFrozenDictionary();

    /// <summary>Ids that no vendor may have, because they mean another one.</summary>
    internal static IReadOnlyCollection<string> Reserved => Spellings.Keys;

    /// <summary>The vendor of this id, if there is one.</summary>
    public static IQueryable<Vendor> WithId(this IQueryable<Vendor> vendors, string id)
    {
        var known = Normalize(id);
        return vendors.Where(vendor => vendor.Id == known);
    }

    /// <summary>The id as the catalog holds it.</summary>
    public static string Normalize(string id)
    {
        var lower = id.ToLowerInvariant();
        return Spellings.GetValueOrDefault(lower, lower);
    }
}
