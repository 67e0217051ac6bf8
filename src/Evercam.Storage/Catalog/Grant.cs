namespace Evercam.Storage.Catalog;

/// <summary>What a user allows a client to do: one row per client, user, and what it is about.</summary>
public sealed class Grant
{
    /// <summary>Primary key.</summary>
    public long Key { get; set; }

    /// <summary>The client that may.</summary>
    public required long ClientKey { get; set; }

    /// <summary>The client that may; <see langword="null"/> if not loaded.</summary>
    public Client? Client { get; set; }

    /// <summary>The user who allowed it.</summary>
    public required long UserKey { get; set; }

    /// <summary>The user who allowed it; <see langword="null"/> if not loaded.</summary>
    public User? User { get; set; }

    /// <summary>What it is about.</summary>
    public required GrantedResource Resource { get; set; }

    /// <summary>The camera, if <see cref="Resource"/> is <see cref="GrantedResource.Camera"/>, and else
    /// <see langword="null"/>.</summary>
    public long? CameraKey { get; set; }

    /// <summary>The camera; <see langword="null"/> if there is none, or if not loaded.</summary>
    public Camera? Camera { get; set; }

    /// <summary>What is allowed, limited at each use to what the user may do then.</summary>
    public required CameraRights Rights { get; set; }

    /// <summary>When it was allowed, Unix seconds.</summary>
    public required long CreatedAt { get; set; }
}

/// <summary>What a scope of contract 2.3 names before its first colon. The numbers are stored.</summary>
public enum GrantedResource
{
    /// <summary>One camera.</summary>
    Camera = 1,

    /// <summary>Every camera the user owns, now and later.</summary>
    Cameras = 2,

    /// <summary>The stored snapshots of all cameras the user owns.</summary>
    Snapshots = 3,

    /// <summary>The user's account.</summary>
    User = 4,
}
