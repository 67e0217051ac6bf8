namespace Evercam.FakeCameras;

/// <summary>How a camera asks who is there.</summary>
public enum CameraAuth
{
    /// <summary>It does not ask.</summary>
    None,

    /// <summary>Basic, RFC 7617.</summary>
    Basic,

    /// <summary>Digest with MD5, RFC 7616: what most cameras speak.</summary>
    DigestMd5,

    /// <summary>Digest with SHA-256.</summary>
    DigestSha256,

    /// <summary>Digest with MD5-sess.</summary>
    DigestMd5Sess,

    /// <summary>Digest with SHA-256-sess.</summary>
    DigestSha256Sess,
}
