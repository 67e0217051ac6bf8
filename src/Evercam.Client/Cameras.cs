namespace Evercam.Api;

/// <summary>A camera. Who may not see its details finds those that say so <see langword="null"/>.</summary>
public sealed record Camera
{
    /// <summary>What it is called in paths; it never changes.</summary>
    public required string Id { get; init; }

    /// <summary>What people call it.</summary>
    public required string Name { get; init; }

    /// <summary>The owner's user name. A detail.</summary>
    public string? Owner { get; init; }

    /// <summary>Its maker's id, if it is known.</summary>
    public string? Vendor { get; init; }

    /// <summary>Its model, if it is known; <c>*</c> for any of its maker.</summary>
    public string? Model { get; init; }

    /// <summary>When it was registered.</summary>
    public long CreatedAt { get; init; }

    /// <summary>When it was changed last.</summary>
    public long UpdatedAt { get; init; }

    /// <summary>When it was asked last whether it is there.</summary>
    public long? LastPolledAt { get; init; }

    /// <summary>When it was there last.</summary>
    public long? LastOnlineAt { get; init; }

    /// <summary>Its time zone, by the IANA's name of it.</summary>
    public required string Timezone { get; init; }

    /// <summary>Whether it answers; <see langword="null"/> until it was asked.</summary>
    public bool? IsOnline { get; init; }

    /// <summary>Whether everyone may see it.</summary>
    public bool IsPublic { get; init; }

    /// <summary>Whether it is in the list of public cameras.</summary>
    public bool Discoverable { get; init; }

    /// <summary>Where it stands, if it was said.</summary>
    public CameraLocation? Location { get; init; }

    /// <summary>Its address as the server reaches it. A detail, as is all that follows.</summary>
    public string? ExternalHost { get; init; }

    /// <summary>Its address in its own network.</summary>
    public string? InternalHost { get; init; }

    /// <summary>Its port of HTTP at <see cref="ExternalHost"/>.</summary>
    public int? ExternalHttpPort { get; init; }

    /// <summary>Its port of HTTP at <see cref="InternalHost"/>.</summary>
    public int? InternalHttpPort { get; init; }

    /// <summary>Its port of RTSP at <see cref="ExternalHost"/>.</summary>
    public int? ExternalRtspPort { get; init; }

    /// <summary>Its port of RTSP at <see cref="InternalHost"/>.</summary>
    public int? InternalRtspPort { get; init; }

    /// <summary>The path of its picture.</summary>
    public string? JpgUrl { get; init; }

    /// <summary>The user name that it asks for.</summary>
    public string? CamUsername { get; init; }

    /// <summary>The password that it asks for.</summary>
    public string? CamPassword { get; init; }

    /// <summary>Its MAC address, in lower case with colons.</summary>
    public string? MacAddress { get; init; }

    /// <summary>Never the password.</summary>
    public override string ToString() => $"{nameof(Camera)} {Id}";
}

/// <summary>Where a camera stands, in degrees.</summary>
/// <param name="Lng">East.</param>
/// <param name="Lat">North.</param>
public sealed record CameraLocation(double Lng, double Lat);

/// <summary>What can be said of a camera. What is <see langword="null"/> is not said.</summary>
public abstract record CameraSettings
{
    /// <summary>Its address as the server reaches it: an IPv4 address or a host name.</summary>
    public string? ExternalHost { get; init; }

    /// <summary>Its address in its own network.</summary>
    public string? InternalHost { get; init; }

    /// <summary>Its port of HTTP at <see cref="ExternalHost"/>, in digits.</summary>
    public string? ExternalHttpPort { get; init; }

    /// <summary>Its port of HTTP at <see cref="InternalHost"/>, in digits.</summary>
    public string? InternalHttpPort { get; init; }

    /// <summary>Its port of RTSP at <see cref="ExternalHost"/>, in digits.</summary>
    public string? ExternalRtspPort { get; init; }

    /// <summary>Its port of RTSP at <see cref="InternalHost"/>, in digits.</summary>
    public string? InternalRtspPort { get; init; }

    /// <summary>The path of its picture, with its query.</summary>
    public string? JpgUrl { get; init; }

    /// <summary>The user name that it asks for.</summary>
    public string? CamUsername { get; init; }

    /// <summary>The password that it asks for.</summary>
    public string? CamPassword { get; init; }

    /// <summary>Its time zone, by the IANA's name of it.</summary>
    public string? Timezone { get; init; }

    /// <summary>Its MAC address: six octets with <c>:</c> or <c>-</c>.</summary>
    public string? MacAddress { get; init; }

    /// <summary>Its maker's id; alone, it picks the maker's default model.</summary>
    public string? Vendor { get; init; }

    /// <summary>Its model, by its maker's name of it.</summary>
    public string? Model { get; init; }

    /// <summary>Whether it is in the list of public cameras.</summary>
    public bool? Discoverable { get; init; }

    /// <summary>Where it stands.</summary>
    public CameraLocation? Location { get; init; }

    /// <summary>Never the password.</summary>
    public override string ToString() => GetType().Name;

    internal Fields AddTo(Fields fields)
    {
        fields.Add("external_host", ExternalHost);
        fields.Add("internal_host", InternalHost);
        fields.Add("external_http_port", ExternalHttpPort);
        fields.Add("internal_http_port", InternalHttpPort);
        fields.Add("external_rtsp_port", ExternalRtspPort);
        fields.Add("internal_rtsp_port", InternalRtspPort);
        fields.Add("jpg_url", JpgUrl);
        fields.Add("cam_username", CamUsername);
        fields.Add("cam_password", CamPassword);
        fields.Add("timezone", Timezone);
        fields.Add("mac_address", MacAddress);
        fields.Add("vendor", Vendor);
        fields.Add("model", Model);
        fields.Add("discoverable", Discoverable);
        fields.Add("location_lng", Location?.Lng);
        fields.Add("location_lat", Location?.Lat);
        return fields;
    }
}

/// <summary>A camera that is to be registered.</summary>
/// <param name="Id">What it shall be called in paths, for ever: lower-case letters, digits, <c>_</c> and <c>-</c>.</param>
/// <param name="Name">What people call it.</param>
/// <param name="IsPublic">Whether everyone may see it.</param>
public sealed record NewCamera(string Id, string Name, bool IsPublic = false) : CameraSettings
{
    /// <inheritdoc/>
    public override string ToString() => $"{nameof(NewCamera)} {Id}";

    internal Fields ToFields() => AddTo(new() { { "id", Id }, { "name", Name }, { "is_public", IsPublic } });
}

/// <summary>What is to change of a camera. A blank text takes away what was there.</summary>
public sealed record CameraChange : CameraSettings
{
    /// <summary>What people call it.</summary>
    public string? Name { get; init; }

    /// <summary>Whether everyone may see it. Making it private ends the shares that were made while it was public.</summary>
    public bool? IsPublic { get; init; }

    /// <summary>Takes away where it stands.</summary>
    public bool WithoutLocation { get; init; }

    /// <inheritdoc/>
    public override string ToString() => nameof(CameraChange);

    internal Fields ToFields() => AddTo(new()
    {
        { "name", Name },
        { "is_public", IsPublic },
        { "location_lng", WithoutLocation ? "" : null },
        { "location_lat", WithoutLocation ? "" : null },
    });
}

/// <summary>Which public cameras are wanted.</summary>
public sealed record CameraSearch
{
    /// <summary>What the ids begin with.</summary>
    public string? IdStartsWith { get; init; }

    /// <summary>What the ids end with.</summary>
    public string? IdEndsWith { get; init; }

    /// <summary>What the ids contain.</summary>
    public string? IdContains { get; init; }

    /// <summary>Whether letters count as they are; they do unless said otherwise.</summary>
    public bool? CaseSensitive { get; init; }
}

internal sealed record CamerasAnswer(IReadOnlyList<Camera> Cameras);

internal sealed record TrialAnswer(string Data);
