using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Storage.Vendors;

/// <summary>Makes vendors of the registry's organisations. What a file says of a prefix counts from then on; prefixes that it does
/// not list stay as they are, and so do those that the catalogue gives to a vendor.</summary>
internal sealed class RegistryImport
{
    private readonly Dictionary<string, Vendor> known;
    private readonly HashSet<string> ids;
    private readonly HashSet<string> claimed;
    private readonly HashSet<(string Prefix, string Vendor)> held;

    private RegistryImport(List<Vendor> vendors, List<VendorMac> macs)
    {
        var byKey = vendors.ToDictionary(v => v.Key);
        var byOrigin = macs.ToLookup(m => byKey[m.VendorKey].Origin, m => (m.Prefix, Vendor: byKey[m.VendorKey].Id));
        ids = [.. vendors.Select(v => v.Id), .. VendorIds.Reserved];
        known = vendors.Where(v => v.Origin == VendorOrigin.Registry).ToDictionary(v => RegistryIds.Of(v.Name));
        claimed = [.. byOrigin[VendorOrigin.Catalogue].Select(m => m.Prefix)];
        held = [.. byOrigin[VendorOrigin.Registry]];
    }

    /// <summary>Imports it, in one transaction.</summary>
    /// <returns>How many vendors were not known before.</returns>
    public static async Task<int> RunAsync(
        EvercamDb db, VendorRegistry registry, TimeProvider clock, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var import = new RegistryImport(
            await db.Vendors.AsNoTracking().ToListAsync(cancellation), await db.VendorMacs.AsNoTracking().ToListAsync(cancellation));
        var added = await import.SaveAsync(db, registry, cancellation);
        await db.NoteVersionAsync(VendorOrigin.Registry, registry.Hash, clock, cancellation);
        await transaction.CommitAsync(cancellation);
        return added;
    }

    private async Task<int> SaveAsync(EvercamDb db, VendorRegistry registry, CancellationToken cancellation)
    {
        var (before, vendors, wanted) = (ids.Count, new List<(string, string)>(), new HashSet<(string Prefix, string Vendor)>());
        var organisations = registry.Assignments.Where(a => !claimed.Contains(a.Prefix)).GroupBy(a => RegistryIds.Of(a.Organisation));
        foreach (var organisation in organisations.OrderBy(o => o.Key, StringComparer.Ordinal))
        {
            // Of several spellings, one that is not all capitals.
            var name = organisation.Select(a => a.Organisation).Max(StringComparer.Ordinal)!;
            var vendor = known.GetValueOrDefault(organisation.Key);
            var id = vendor?.Id ?? RegistryIds.Free(organisation.Key, ids);
            ids.Add(id);
            wanted.UnionWith(organisation.Select(a => (a.Prefix, id)));
            if (vendor?.Name != name)
            {
                vendors.Add((id, name));
            }
        }

        var listed = wanted.Select(m => m.Prefix).ToHashSet();
        var moved = held.Where(m => listed.Contains(m.Prefix) && !wanted.Contains(m)).Select(m => m.Prefix).ToHashSet();
        await db.VendorMacs.Where(m => m.Vendor!.Origin == VendorOrigin.Registry && moved.Contains(m.Prefix))
            .ExecuteDeleteAsync(cancellation);
        await db.SaveRegisteredAsync(vendors, cancellation);
        await db.SaveRegisteredMacsAsync(wanted.Where(m => moved.Contains(m.Prefix) || !held.Contains(m)), cancellation);
        await db.RemoveEmptyRegisteredAsync(cancellation);
        return ids.Count - before;
    }
}
