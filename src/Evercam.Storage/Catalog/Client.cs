namespace Evercam.Storage.Catalog;

/// <summary>A registered OAuth application. Its <c>client_id</c> is the API id of its <see cref="Credential"/>.</summary>
public sealed class Client
{
    /// <summary>Primary key.</summary>
    public long Key { get; set; }

    /// <summary>What people see on the consent page, as it was typed.</summary>
    public required string Name
    {
        get;
        set
        {
            field = value;
            NormalizedName = Normalize(value);
        }
    }

    /// <summary>The name as it is compared, without regard to case and to how many blanks part its words; unique.</summary>
    public string NormalizedName { get; private set; } = "";

    /// <summary>Absolute URIs, or host names with an optional port; the first absolute one is the default.</summary>
    public List<string> CallbackUris { get; set; } = [];

    /// <summary>The user who registered it; <see langword="null"/> if an administrator did, or if that user is gone.</summary>
    public long? CreatorKey { get; set; }

    /// <summary>The user who registered it.</summary>
    public User? Creator { get; set; }

    /// <summary>Registration, Unix seconds.</summary>
    public required long CreatedAt { get; set; }

    /// <summary>Last change, Unix seconds.</summary>
    public required long UpdatedAt { get; set; }

    /// <summary>Its <c>client_id</c> and secret; <see langword="null"/> if not loaded.</summary>
    public ApiCredential? Credential { get; set; }

    /// <summary>A name as it is compared.</summary>
    public static string Normalize(string name) =>
        string.Join(' ', name.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToUpperInvariant();
}
