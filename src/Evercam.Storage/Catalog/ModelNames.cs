namespace Evercam.Storage.Catalog;

/// <summary>How a model of a vendor is named: by its own name, or by any that it speaks for, in any case.</summary>
public static class ModelNames
{
    /// <summary>The model of this name, else one that speaks for it; <see langword="null"/> if there is none.</summary>
    public static CameraModel? Named(this IReadOnlyCollection<CameraModel> models, string name) =>
        models.FirstOrDefault(model => model.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? models.FirstOrDefault(model => model.KnownModels.Contains(name, StringComparer.OrdinalIgnoreCase));
}
