using System.Globalization;
using Evercam.Server.Http;

namespace Evercam.Server.Cameras;

/// <summary>What a request says of a camera: <see langword="null"/> where it says nothing, blank where it empties. Ports are
/// texts here, because a change judges what is no number by rule, together with everything else.</summary>
internal sealed record CameraFields
{
    public string? Name { get; init; }

    public bool? IsPublic { get; init; }

    public string? ExternalHost { get; init; }

    public string? InternalHost { get; init; }

    public string? ExternalHttpPort { get; init; }

    public string? InternalHttpPort { get; init; }

    public string? ExternalRtspPort { get; init; }

    public string? InternalRtspPort { get; init; }

    public string? JpgUrl { get; init; }

    public string? CamUsername { get; init; }

    public string? CamPassword { get; init; }

    public string? Timezone { get; init; }

    public string? MacAddress { get; init; }

    public string? Vendor { get; init; }

    public string? Model { get; init; }

    public bool? Discoverable { get; init; }

    public LocationFields? Location { get; init; }

    /// <summary>Never an account.</summary>
    public override string ToString() => nameof(CameraFields);

    /// <summary>Fields of a camera to be made: the name and the visibility must be there, and ports must be numbers.</summary>
    public static CameraFields ReadNew(ParamReader read) =>
        Read(read, read.RequiredText("name"), read.RequiredBoolean("is_public"), Port) with
        {
            Discoverable = read.Boolean("discoverable"),
            Location = LocationFields.ReadNew(read),
        };

    /// <summary>Fields of a camera to be changed: all may be absent.</summary>
    public static CameraFields ReadChange(ParamReader read) =>
        Read(read, read.Text("name"), read.Boolean("is_public"), static (read, name) => read.IntegerText(name)) with
        {
            Discoverable = read.IsBlank("discoverable") ? null : read.Boolean("discoverable"),
            Location = LocationFields.ReadChange(read),
        };

    private static CameraFields Read(
        ParamReader read, string? name, bool? isPublic, Func<ParamReader, string, string?> port) => new()
        {
            Name = name,
            IsPublic = isPublic,
            ExternalHost = read.Text("external_host"),
            InternalHost = read.Text("internal_host"),
            ExternalHttpPort = port(read, "external_http_port"),
            InternalHttpPort = port(read, "internal_http_port"),
            ExternalRtspPort = port(read, "external_rtsp_port"),
            InternalRtspPort = port(read, "internal_rtsp_port"),
            JpgUrl = read.Text("jpg_url"),
            CamUsername = read.Text("cam_username"),
            CamPassword = read.Text("cam_password"),
            Timezone = read.Text("timezone"),
            MacAddress = read.Text("mac_address"),
            Vendor = read.Text("vendor"),
            Model = read.Text("model"),
        };

    private static string? Port(ParamReader read, string name) =>
        read.Integer(name)?.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What a request says of a camera's location.</summary>
/// <param name="Longitude">Degrees east.</param>
/// <param name="Latitude">Degrees north.</param>
internal sealed record LocationFields(double? Longitude, double? Latitude)
{
    private static readonly string[] LongitudeNames = ["location_lng", "location[lng]"];
    private static readonly string[] LatitudeNames = ["location_lat", "location[lat]"];

    /// <summary>Neither coordinate: there is to be no location.</summary>
    public bool IsBlank => this is { Longitude: null, Latitude: null };

    /// <summary>A blank is no number; a JSON null says nothing.</summary>
    public static LocationFields? ReadNew(ParamReader read) => Read(FirstNumber(read, LongitudeNames), FirstNumber(read, LatitudeNames));

    /// <summary>Any blank clears the location, if nothing else is said of it.</summary>
    public static LocationFields? ReadChange(ParamReader read)
    {
        var filled = LongitudeNames.Concat(LatitudeNames).ToLookup(read.IsBlank);
        var location = Read(
            FirstNumber(read, LongitudeNames.Intersect(filled[false])), FirstNumber(read, LatitudeNames.Intersect(filled[false])));
        return location ?? (filled[true].Any() || read.IsBlank("location") ? new LocationFields(null, null) : null);
    }

    private static LocationFields? Read(double? longitude, double? latitude) =>
        longitude is null && latitude is null ? null : new LocationFields(longitude, latitude);

    private static double? FirstNumber(ParamReader read, IEnumerable<string> names) =>
        names.Select(read.Number).FirstOrDefault(number => number is not null);
}
