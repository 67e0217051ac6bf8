namespace Evercam.Storage.Catalog;

/// <summary>What a client was given to act for a user: an access token, or something that will be exchanged for one. It goes with
/// the client and with the user.</summary>
public sealed class Token
{
    /// <summary>Primary key.</summary>
    public long Key { get; set; }

    /// <summary>What it is good for.</summary>
    public required TokenKind Kind { get; set; }

    /// <summary>The hash of the <see cref="RandomSecret"/> that the client has; unique.</summary>
    public required byte[] Hash { get; set; }

    /// <summary>The client that may use it.</summary>
    public required long ClientKey { get; set; }

    /// <summary>The client that may use it; <see langword="null"/> if not loaded.</summary>
    public Client? Client { get; set; }

    /// <summary>The user for whom the client acts.</summary>
    public required long UserKey { get; set; }

    /// <summary>The user for whom the client acts; <see langword="null"/> if not loaded.</summary>
    public User? User { get; set; }

    /// <summary>What was asked for, in the words of contract 2.3.</summary>
    public required string Scope { get; set; }

    /// <summary>What that meant when it was allowed: the server writes it, with the keys of cameras instead of their ids.</summary>
    public required string Rights { get; set; }

    /// <summary>The code that it goes back to: if that is used twice, all that came from it ends. <see langword="null"/> for a code
    /// itself, and for a token that needed none.</summary>
    public long? CodeKey { get; set; }

    /// <summary>Of a code: where it was sent.</summary>
    public string? RedirectUri { get; set; }

    /// <summary>Of a code: the hash whose original its client must show (PKCE, S256); <see langword="null"/> if there is
    /// none.</summary>
    public string? CodeChallenge { get; set; }

    /// <summary>Whether the client must show its secret with it, because nothing else proves that it is that client.</summary>
    public bool NeedsSecret { get; set; }

    /// <summary>When it was made, Unix seconds.</summary>
    public required long CreatedAt { get; set; }

    /// <summary>When it ends by itself, Unix seconds.</summary>
    public required long ExpiresAt { get; set; }

    /// <summary>When it was exchanged, Unix seconds: that works once. <see langword="null"/> until then.</summary>
    public long? UsedAt { get; set; }

    /// <summary>When it was ended, Unix seconds; <see langword="null"/> if it was not.</summary>
    public long? RevokedAt { get; set; }
}

/// <summary>What a token is good for. The numbers are stored.</summary>
public enum TokenKind
{
    /// <summary>It opens the API.</summary>
    Access = 1,

    /// <summary>It is exchanged for the first access token.</summary>
    Code = 2,

    /// <summary>It is exchanged for the next access token.</summary>
    Refresh = 3,
}
