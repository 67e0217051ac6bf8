using System.Text.Json;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore.ChangeTracking;

namespace Evercam.Server.Cameras;

/// <summary>Says what is changed of a camera, for its log: names, never values.</summary>
internal static class CameraChanges
{
    /// <summary>The fields that are not saved yet, as the contract calls them; blank if there are none.</summary>
    public static string NamesOf(EntityEntry<Camera> camera) => string.Join(
        ',',
        camera.Properties
            .Where(property => !Equals(property.OriginalValue, property.CurrentValue))
            .Select(property => NameOf(property.Metadata.Name)).Distinct());

    private static string NameOf(string property) => property switch
    {
        nameof(Camera.ModelKey) => "model",
        nameof(Camera.Longitude) or nameof(Camera.Latitude) => "location",
        _ => JsonNamingPolicy.SnakeCaseLower.ConvertName(property),
    };
}
