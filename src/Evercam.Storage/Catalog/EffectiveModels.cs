using Microsoft.EntityFrameworkCore;

namespace Evercam.Storage.Catalog;

/// <summary>Which model's defaults apply to a camera (contract 5.1): its own, or the default model of the vendor that its MAC
/// address belongs to.</summary>
public static class EffectiveModels
{
    private const int PrefixLength = 8;

    /// <summary>The model, with its vendor; <see langword="null"/> if none is known. The camera's own model must be loaded.</summary>
    public static async Task<CameraModel?> EffectiveModelAsync(
        this EvercamDb db, Camera camera, CancellationToken cancellation) =>
        (await db.EffectiveModelsAsync([camera], cancellation)).GetValueOrDefault(camera.Key);

    /// <summary>The same for many cameras, in at most two queries: by camera key, without those that have none.</summary>
    public static async Task<Dictionary<long, CameraModel>> EffectiveModelsAsync(
        this EvercamDb db, IReadOnlyCollection<Camera> cameras, CancellationToken cancellation)
    {
        var prefixes = cameras.Where(c => c.ModelKey is null).Select(PrefixOf).OfType<string>().Distinct().ToList();
        var own = cameras.Select(c => c.ModelKey).OfType<long>().Distinct().ToList();
        var byKey = own.Count == 0
            ? []
            : await db.CameraModels.AsNoTracking().Include(m => m.Vendor)
                .Where(m => own.Contains(m.Key)).ToDictionaryAsync(m => m.Key, cancellation);
        var byPrefix = prefixes.Count == 0
            ? []
            : (await db.VendorMacs.AsNoTracking()
                .Where(mac => prefixes.Contains(mac.Prefix))
                .Join(
                    db.CameraModels.Include(m => m.Vendor).Where(m => m.Name == CameraModel.Default),
                    mac => mac.VendorKey,
                    model => model.VendorKey,
                    (mac, model) => new { mac.Prefix, Model = model })
                .ToListAsync(cancellation))
                .GroupBy(found => found.Prefix)
                .ToDictionary(found => found.Key, found => found.MinBy(f => f.Model.Vendor!.Id, StringComparer.Ordinal)!.Model);

        var models = new Dictionary<long, CameraModel>();
        foreach (var camera in cameras)
        {
            var model = camera.ModelKey is { } key
                ? byKey.GetValueOrDefault(key)
                : PrefixOf(camera) is { } prefix ? byPrefix.GetValueOrDefault(prefix) : null;
            if (model is not null)
            {
                models.Add(camera.Key, model);
            }
        }

        return models;
    }

    private static string? PrefixOf(Camera camera) => camera.MacAddress?[..PrefixLength].ToUpperInvariant();
}
