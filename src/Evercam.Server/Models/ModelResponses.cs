using System.Text.Json.Serialization;
using Evercam.Storage.Catalog;

namespace Evercam.Server.Models;

/// <summary><c>{"models":[…]}</c>.</summary>
internal sealed record ModelsResponse(IReadOnlyList<ModelResponse> Models);

/// <summary>A model (contract 5.4).</summary>
/// <param name="Vendor">The vendor's id.</param>
/// <param name="Name"><c>*</c> for the vendor's default.</param>
/// <param name="KnownModels">The names that it speaks for.</param>
/// <param name="Defaults">What a camera of it falls back to; what there is none of is left out.</param>
internal sealed record ModelResponse(
    string Vendor, string Name, IReadOnlyList<string> KnownModels, ModelDefaults Defaults)
{
    /// <summary>A model with its vendor. Its values are the effective ones: the vendor's are merged in already.</summary>
    public static ModelResponse Of(CameraModel model) => new(model.Vendor!.Id, model.Name, model.KnownModels, new ModelDefaults(
        model is { JpgUrl: null, MjpgUrl: null, H264Url: null } ? null : new(model.JpgUrl, model.MjpgUrl, model.H264Url),
        model is { Username: null, Password: null } ? null : new(new(model.Username, model.Password))));
}

/// <summary>Factory settings; <c>{}</c> if there are none.</summary>
internal sealed record ModelDefaults(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] SnapshotPaths? Snapshots,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] FactoryAuth? Auth);

/// <summary>Paths of pictures and streams, with their placeholders.</summary>
internal sealed record SnapshotPaths(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Jpg,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Mjpg,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? H264);

/// <summary>How a camera is asked with its factory account.</summary>
internal sealed record FactoryAuth(FactoryAccount Basic);

/// <summary>The factory account.</summary>
internal sealed record FactoryAccount(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Username,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Password);
