namespace Evercam.Storage.Catalog;

/// <summary>A setting that has a default elsewhere, in its three states: <see langword="null"/> was never set, and the default
/// applies; <see cref="Cleared"/> was emptied on purpose, and no default applies; else it has a value.</summary>
/// <remarks>The database holds NULL, the empty text, and the text.</remarks>
public sealed record Setting
{
    /// <summary>Emptied on purpose.</summary>
    public static readonly Setting Cleared = new(new Lazy<string?>((string?)null));

    private readonly Lazy<string?> value;

    private Setting(Lazy<string?> value) => this.value = value;

    /// <summary>The text, not empty; <see langword="null"/> if cleared.</summary>
    public string? Value => value.Value;

    /// <summary>A setting of this text; <see cref="Cleared"/> if there is none.</summary>
    public static Setting Of(string? value) => string.IsNullOrEmpty(value) ? Cleared : new Setting(new Lazy<string?>(value));

    /// <summary>A setting with a secret, which is opened when it is asked for: that costs more than all else of its row, and most
    /// who read the row do not ask.</summary>
    internal static Setting Protected(Func<string> open) => new(new Lazy<string?>(open));

    /// <summary>By value; what is the same needs no opening.</summary>
    public bool Equals(Setting? other) => ReferenceEquals(this, other) || (other is not null && Value == other.Value);

    /// <inheritdoc/>
    public override int GetHashCode() => Value?.GetHashCode(StringComparison.Ordinal) ?? 0;

    /// <summary>Never the value, which may be a password.</summary>
    public override string ToString() => ReferenceEquals(this, Cleared) ? "cleared" : "set";
}

/// <summary>How a <see cref="Setting"/> is read.</summary>
public static class Settings
{
    /// <summary>The value that applies: its own, or the default if it was never set.</summary>
    public static string? Or(this Setting? setting, string? fallback) => setting is null ? fallback : setting.Value;
}
