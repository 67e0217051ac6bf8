using System.Text.Json.Serialization;
using Evercam.Storage.Catalog;

namespace Evercam.Server.Cameras;

/// <summary><c>{"cameras":[…]}</c>.</summary>
internal sealed record CamerasResponse(IReadOnlyList<CameraResponse> Cameras);

/// <summary>A camera (contract 5.1) as everyone may see it who knows of it: the minimal form.</summary>
/// <param name="camera">The row.</param>
/// <param name="model">The model whose defaults apply.</param>
[JsonDerivedType(typeof(CameraDetails))]
internal class CameraResponse(Camera camera, CameraModel? model)
{
    [JsonPropertyOrder(-1)]
    public string Id => camera.Id;

    [JsonPropertyOrder(-1)]
    public string Name => camera.Name;

    public string? Vendor => model?.Vendor!.Id;

    public string? Model => model?.Name;

    public long CreatedAt => camera.CreatedAt;

    public long UpdatedAt => camera.UpdatedAt;

    public long? LastPolledAt => camera.LastPolledAt;

    public long? LastOnlineAt => camera.LastOnlineAt;

    public string Timezone => camera.Timezone;

    public bool? IsOnline => camera.IsOnline;

    public bool IsPublic => camera.IsPublic;

    public CameraLocation? Location =>
        camera is { Longitude: { } longitude, Latitude: { } latitude } ? new(longitude, latitude) : null;

    public bool Discoverable => camera.Discoverable;

    /// <summary>A camera in the form that a caller may see. The owner must be loaded for the full one.</summary>
    public static CameraResponse Of(Camera camera, CameraModel? model, bool full) =>
        full ? new CameraDetails(camera, model) : new CameraResponse(camera, model);
}

/// <summary>A camera with what only those may see who hold <c>view</c>: the full form.</summary>
/// <param name="camera">The row, with its owner.</param>
/// <param name="model">The model whose defaults apply.</param>
internal sealed class CameraDetails(Camera camera, CameraModel? model) : CameraResponse(camera, model)
{
    public string Owner { get; } = camera.Owner!.UserName!;

    public string? ExternalHost { get; } = camera.ExternalHost;

    public string? InternalHost { get; } = camera.InternalHost;

    public int? ExternalHttpPort { get; } = camera.ExternalHttpPort;

    public int? InternalHttpPort { get; } = camera.InternalHttpPort;

    public int? ExternalRtspPort { get; } = camera.ExternalRtspPort;

    public int? InternalRtspPort { get; } = camera.InternalRtspPort;

    public string? JpgUrl { get; } = camera.JpgUrl.Or(model?.JpgUrl);

    public string? CamUsername { get; } = camera.CamUsername.Or(model?.Username);

    public string? CamPassword { get; } = camera.CamPassword.Or(model?.Password);

    public string? MacAddress { get; } = camera.MacAddress;
}

/// <summary>Where a camera stands, in degrees.</summary>
internal sealed record CameraLocation(double Lng, double Lat);
