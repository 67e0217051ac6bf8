namespace Evercam.Storage.Catalog;

/// <summary>A model, or family of models, of a vendor, and the factory settings that a camera of it falls back to. They are the
/// effective ones (contract 4.6): what the model does not say itself was taken from the vendor's model <c>*</c> when the
/// catalogue was loaded.</summary>
/// <remarks>A path may hold the placeholders <c>[USERNAME]</c> and <c>[PASSWORD]</c>, for the camera's account, percent-encoded;
/// and, of software rather than cameras, <c>[CAMERA]</c> or <c>[TOKEN]</c>, which only a person can fill.</remarks>
public sealed class CameraModel
{
    /// <summary>Primary key.</summary>
    public long Key { get; set; }

    /// <summary>The vendor.</summary>
    public long VendorKey { get; set; }

    /// <summary>The vendor; <see langword="null"/> if not loaded.</summary>
    public Vendor? Vendor { get; set; }

    /// <summary>Name, unique within the vendor; <c>*</c> is the model for cameras that match no other.</summary>
    public required string Name { get; set; }

    /// <summary>The models that the row speaks for.</summary>
    public List<string> KnownModels { get; set; } = [];

    /// <summary>HTTP path of one JPEG, with a leading <c>/</c>.</summary>
    public string? JpgUrl { get; set; }

    /// <summary>HTTP path of a multipart MJPEG stream, with a leading <c>/</c>.</summary>
    public string? MjpgUrl { get; set; }

    /// <summary>RTSP path of the main stream, with a leading <c>/</c>.</summary>
    public string? H264Url { get; set; }

    /// <summary>Factory account.</summary>
    public string? Username { get; set; }

    /// <summary>Factory password; <see langword="null"/> if it is blank, or set at first use.</summary>
    public string? Password { get; set; }

    /// <summary>Factory TCP port of HTTP; 443 means HTTPS. To fill in a form, not a default of contract 5.1.</summary>
    public int? HttpPort { get; set; }

    /// <summary>Factory TCP port of RTSP. To fill in a form, not a default of contract 5.1.</summary>
    public int? RtspPort { get; set; }

    /// <summary>The name of a vendor's model for cameras that match no other.</summary>
    public const string Default = "*";
}
