namespace Evercam.Storage.Catalog;

/// <summary>A registered camera (contract 5.1).</summary>
public sealed class Camera
{
    /// <summary>Primary key, from <see cref="CameraKeys.Next"/>: stable, never used again, rising in the order of creation.
    /// It names the camera's packs, where <see cref="Id"/> may change.</summary>
    public required long Key { get; set; }

    /// <summary>The contract's id: lower-case letters, digits, <c>-</c> and <c>_</c>, at most 100; unique.</summary>
    public required string Id { get; set; }

    /// <summary>The user who owns it. Deleting the user deletes the camera.</summary>
    public required long OwnerKey { get; set; }

    /// <summary>The user who owns it; <see langword="null"/> if not loaded.</summary>
    public User? Owner { get; set; }

    /// <summary>What people call it, not blank, at most 255 characters.</summary>
    public required string Name { get; set; }

    /// <summary>Registration, Unix seconds.</summary>
    public required long CreatedAt { get; set; }

    /// <summary>Last change made by a person, Unix seconds. Polling does not touch it.</summary>
    public required long UpdatedAt { get; set; }

    /// <summary>IANA name of the time zone that its days and hours are counted in.</summary>
    public string Timezone { get; set; } = DefaultTimezone;

    /// <summary>Whether everyone may see its live picture and its public details.</summary>
    public required bool IsPublic { get; set; }

    /// <summary>Whether a public camera is listed for everyone. No right depends on it.</summary>
    public bool Discoverable { get; set; }

    /// <summary>IPv4 address or host name as seen from the internet, without scheme and port.</summary>
    public string? ExternalHost { get; set; }

    /// <summary>IPv4 address or host name as seen from its own network, without scheme and port.</summary>
    public string? InternalHost { get; set; }

    /// <summary>TCP port, 1 to 65535.</summary>
    public int? ExternalHttpPort { get; set; }

    /// <summary>TCP port, 1 to 65535.</summary>
    public int? InternalHttpPort { get; set; }

    /// <summary>TCP port, 1 to 65535.</summary>
    public int? ExternalRtspPort { get; set; }

    /// <summary>TCP port, 1 to 65535.</summary>
    public int? InternalRtspPort { get; set; }

    /// <summary>Path of one JPEG, with a leading <c>/</c>. Without one of its own, <see cref="CameraModel.JpgUrl"/>.</summary>
    public Setting? JpgUrl { get; set; }

    /// <summary>Account on the camera. In clear here, protected in the database. Without one of its own,
    /// <see cref="CameraModel.Username"/>.</summary>
    public Setting? CamUsername { get; set; }

    /// <summary>Password on the camera. In clear here, protected in the database. Without one of its own,
    /// <see cref="CameraModel.Password"/>.</summary>
    public Setting? CamPassword { get; set; }

    /// <summary>Six octets, lower case with colons.</summary>
    public string? MacAddress { get; set; }

    /// <summary>The model, which also says the vendor.</summary>
    public long? ModelKey { get; set; }

    /// <summary>The model; <see langword="null"/> if there is none, or if not loaded.</summary>
    public CameraModel? Model { get; set; }

    /// <summary>Degrees east, -180 to 180; set together with <see cref="Latitude"/> or not at all.</summary>
    public double? Longitude { get; set; }

    /// <summary>Degrees north, -90 to 90.</summary>
    public double? Latitude { get; set; }

    /// <summary>Last attempt to reach it, Unix seconds.</summary>
    public long? LastPolledAt { get; set; }

    /// <summary>Last time it answered, Unix seconds.</summary>
    public long? LastOnlineAt { get; set; }

    /// <summary>Whether it answered the last attempt; <see langword="null"/> until the first.</summary>
    public bool? IsOnline { get; set; }

    /// <summary>What is recorded, and how long it is kept.</summary>
    public Recording Recording { get; set; } = new();

    /// <summary>With whom it is shared; empty if not loaded.</summary>
    public List<Share> Shares { get; } = [];

    /// <summary>The time zone of a camera that nobody told.</summary>
    public const string DefaultTimezone = "Etc/UTC";
}
