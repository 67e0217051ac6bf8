namespace Evercam.Storage.Catalog;

/// <summary>An API id and its key. Users and clients have theirs in this one table, so that an id is unique across both.
/// Exactly one of <see cref="UserKey"/> and <see cref="ClientKey"/> is set.</summary>
public sealed class ApiCredential
{
    /// <summary>8 to 20 lower-case hexadecimal digits. The primary key.</summary>
    public required string ApiId { get; set; }

    /// <summary>32 lower-case hexadecimal digits; of a client, also its OAuth secret. In clear here, protected in the database;
    /// compare in constant time, never in a query.</summary>
    public required string ApiKey { get; set; }

    /// <summary>The user who owns the pair.</summary>
    public long? UserKey { get; set; }

    /// <summary>The user who owns the pair; <see langword="null"/> if a client does, or if not loaded.</summary>
    public User? User { get; set; }

    /// <summary>The client that owns the pair.</summary>
    public long? ClientKey { get; set; }

    /// <summary>The client that owns the pair; <see langword="null"/> if a user does, or if not loaded.</summary>
    public Client? Client { get; set; }
}
