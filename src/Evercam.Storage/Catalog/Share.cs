namespace Evercam.Storage.Catalog;

/// <summary>A camera shared with another user (contract 5.5). One row per camera and user.</summary>
public sealed class Share
{
    /// <summary>Primary key and the contract's share id; never used again.</summary>
    public long Key { get; set; }

    /// <summary>The camera. Deleting it deletes the share.</summary>
    public required long CameraKey { get; set; }

    /// <summary>The camera; <see langword="null"/> if not loaded.</summary>
    public Camera? Camera { get; set; }

    /// <summary>With whom. Deleting the user deletes the share.</summary>
    public required long UserKey { get; set; }

    /// <summary>With whom; <see langword="null"/> if not loaded.</summary>
    public User? User { get; set; }

    /// <summary>By whom. Deleting the user deletes the share.</summary>
    public required long SharerKey { get; set; }

    /// <summary>By whom; <see langword="null"/> if not loaded.</summary>
    public User? Sharer { get; set; }

    /// <summary>Whether the camera was public when the share was made.</summary>
    public required ShareKind Kind { get; set; }

    /// <summary>What the share gives.</summary>
    public required CameraRights Rights { get; set; }

    /// <summary>When it was made, Unix seconds.</summary>
    public required long CreatedAt { get; set; }
}

/// <summary>The kind of a share (contract 3.6). The numbers are stored.</summary>
public enum ShareKind
{
    /// <summary>The camera was private.</summary>
    Private = 1,

    /// <summary>The camera was public; the share goes when it becomes private.</summary>
    Public = 2,
}
