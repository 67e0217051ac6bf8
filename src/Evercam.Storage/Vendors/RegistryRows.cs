using System.Buffers;
using System.Text;
using System.Text.Json;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Storage.Vendors;

/// <summary>Statements for all of the registry's rows at once: they travel as one JSON array of pairs. EF would take seconds of CPU,
/// and hold up a server that writes to the same SQLite file meanwhile.</summary>
internal static class RegistryRows
{
    private const string SqlitePairs = "json_each({0}) AS pair";
    private const string PostgresPairs = "json_array_elements(CAST({0} AS json)) AS pair(value)";

    private const string Vendors = "INSERT INTO vendors (id, name, origin) SELECT pair.value ->> 0, pair.value ->> 1, 2 FROM ";

    // Without a condition, SQLite takes the ON for a part of a join.
    private const string OrRename = " WHERE true ON CONFLICT (id) DO UPDATE SET name = excluded.name";

    private const string Macs = "INSERT INTO vendor_macs (prefix, vendor_key) SELECT pair.value ->> 0, vendors.key FROM ";
    private const string OfVendors = " JOIN vendors ON vendors.id = pair.value ->> 1";

    /// <summary>Adds vendors, and renames those whose ids are known.</summary>
    public static Task SaveRegisteredAsync(
        this EvercamDb db, IEnumerable<(string Id, string Name)> vendors, CancellationToken cancellation) =>
        db.Database.ExecuteSqlRawAsync(
            db.Database.IsNpgsql() ? Vendors + PostgresPairs + OrRename : Vendors + SqlitePairs + OrRename,
            [Pairs(vendors)], cancellation);

    /// <summary>Adds MAC prefixes of vendors that are there.</summary>
    public static Task SaveRegisteredMacsAsync(
        this EvercamDb db, IEnumerable<(string Prefix, string Vendor)> macs, CancellationToken cancellation) =>
        db.Database.ExecuteSqlRawAsync(
            db.Database.IsNpgsql() ? Macs + PostgresPairs + OfVendors : Macs + SqlitePairs + OfVendors,
            [Pairs(macs)], cancellation);

    /// <summary>A registered vendor is known by its prefixes alone.</summary>
    public static Task RemoveEmptyRegisteredAsync(this EvercamDb db, CancellationToken cancellation) =>
        db.Vendors.Where(v => v.Origin == VendorOrigin.Registry && v.Macs.Count == 0).ExecuteDeleteAsync(cancellation);

    /// <summary>Notes what was loaded, instead of what was loaded of this origin before.</summary>
    public static async Task NoteVersionAsync(
        this EvercamDb db, VendorOrigin origin, string hash, TimeProvider clock, CancellationToken cancellation)
    {
        await db.CatalogueVersions.Where(v => v.Key == (int)origin).ExecuteDeleteAsync(cancellation);
        db.Add(new CatalogueVersion { Key = (int)origin, Hash = hash, LoadedAt = clock.GetUtcNow().ToUnixTimeSeconds() });
        await db.SaveChangesAsync(cancellation);
        db.ChangeTracker.Clear();
    }

    private static string Pairs(IEnumerable<(string First, string Second)> rows)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartArray();
            foreach (var (first, second) in rows)
            {
                json.WriteStartArray();
                json.WriteStringValue(first);
                json.WriteStringValue(second);
                json.WriteEndArray();
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(text.WrittenSpan);
    }
}
