using Evercam.Storage.Catalog;

namespace Evercam.Server.Models;

/// <summary>Which model answers for a name (contract 4.6). Pure.</summary>
internal static class ModelRules
{
    /// <summary>The model of this name, or one that lists it; else the one with the longest name within the name
    /// (<c>abcd-e</c> finds <c>abcd</c>); else the vendor's default, if it has one.</summary>
    public static CameraModel? Choose(IReadOnlyCollection<CameraModel> models, string name) =>
        models.Named(name)
        ?? models.Where(model => model.Name != CameraModel.Default && name.Contains(model.Name, StringComparison.OrdinalIgnoreCase))
            .OrderByDescending(model => model.Name.Length).ThenBy(model => model.Name, StringComparer.Ordinal).FirstOrDefault()
        ?? models.Named(CameraModel.Default);
}
