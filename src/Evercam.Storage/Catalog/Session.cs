namespace Evercam.Storage.Catalog;

/// <summary>A browser that a user is logged in with. It ends when the row goes: by log-out, by a new password, by many
/// newer ones (<see cref="LogIns"/>), with the user.</summary>
public sealed class Session
{
    /// <summary>Primary key.</summary>
    public long Key { get; set; }

    /// <summary>The hash of the <see cref="RandomSecret"/> in the browser's cookie; unique.</summary>
    public required byte[] IdHash { get; set; }

    /// <summary>Who is logged in.</summary>
    public required long UserKey { get; set; }

    /// <summary>Who is logged in; <see langword="null"/> if not loaded.</summary>
    public User? User { get; set; }

    /// <summary>Log-in, Unix seconds.</summary>
    public required long CreatedAt { get; set; }

    /// <summary>When it ends by itself, Unix seconds.</summary>
    public required long ExpiresAt { get; set; }

    /// <summary>What an application asks of the user, and the user has not answered yet: the query of its request.
    /// <see langword="null"/> if there is no such question.</summary>
    public string? Question { get; set; }

    /// <summary>Until when <see cref="Question"/> may be answered, Unix seconds.</summary>
    public long? QuestionExpiresAt { get; set; }
}
