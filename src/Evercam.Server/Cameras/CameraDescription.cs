using System.Globalization;
using Evercam.Storage.Catalog;

namespace Evercam.Server.Cameras;

/// <summary>A camera in words, as far as the one who reads may know of it. Pure.</summary>
internal static class CameraDescription
{
    /// <summary>What is known, and what it is called; never the password, which nobody needs to read here.</summary>
    /// <param name="camera">The camera in the form that the reader may see.</param>
    /// <param name="vendor">Who makes it, if that is known.</param>
    public static IReadOnlyList<(string Fact, string Value)> Of(CameraResponse camera, string? vendor) =>
    [
        .. from fact in Public(camera, vendor).Concat(camera is CameraDetails all ? Whole(all) : [])
           where fact.Value is not null
           select (fact.Fact, fact.Value),
    ];

    private static IEnumerable<(string Fact, string? Value)> Public(CameraResponse camera, string? vendor)
    {
        yield return ("Id", camera.Id);
        yield return ("Model", vendor is null || camera.Model == CameraModel.Default ? vendor : $"{vendor} {camera.Model}");
        yield return ("Time zone", camera.Timezone);
        yield return ("Seen by", camera switch
        {
            { IsPublic: false } => "only its owner, and whom it is shared with",
            { Discoverable: false } => "everyone who knows its address",
            _ => "everyone; it is in the public list",
        });
        yield return ("Place", camera.Location is { } place
            ? string.Create(CultureInfo.InvariantCulture, $"{place.Lat}, {place.Lng}")
            : null);
    }

    private static IEnumerable<(string Fact, string? Value)> Whole(CameraDetails camera)
    {
        yield return ("Owner", camera.Owner);
        yield return ("Address", AddressOf(camera.ExternalHost, camera.ExternalHttpPort));
        yield return ("Picture path", camera.JpgUrl);
        yield return ("User name", camera.CamUsername);
        yield return ("Password", camera.CamPassword is null ? "none" : "set");
        yield return ("RTSP port", Text(camera.ExternalRtspPort));
        yield return ("Address inside", AddressOf(camera.InternalHost, camera.InternalHttpPort));
        yield return ("RTSP port inside", Text(camera.InternalRtspPort));
        yield return ("MAC address", camera.MacAddress);
    }

    private static string? AddressOf(string? host, int? port) => (host, port) switch
    {
        (not null, not null) => $"{host}:{Text(port)}",
        (null, not null) => $"port {Text(port)}",
        _ => host,
    };

    private static string? Text(int? number) => number?.ToString(CultureInfo.InvariantCulture);
}
