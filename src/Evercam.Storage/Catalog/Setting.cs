namespace Evercam.Storage.Catalog;

/// <summary>A setting that has a default elsewhere, in its three states: <see langword="null"/> was never set, and the default
/// applies; <see cref="Cleared"/> was emptied on purpose, and no default applies; else it has a value.</summary>
/// <remarks>The database holds NULL, the empty text, and the text.</remarks>
public sealed record Setting
{
    /// <summary>Emptied on purpose.</summary>
    public static readonly Setting Cleared = new((string?)null);

    private Setting(string? value) => Value = value;

    /// <summary>The text, not empty; <see langword="null"/> if cleared.</summary>
    public string? Value { get; }

    /// <summary>A setting of this text; <see cref="Cleared"/> if there is none.</summary>
    public static Setting Of(string? value) => string.IsNullOrEmpty(value) ? Cleared : new Setting(value);

    /// <summary>Never the value, which may be a password.</summary>
    public override string ToString() => Value is null ? "cleared" : "set";
}

/// <summary>How a <see cref="Setting"/> is read.</summary>
public static class Settings
{
    /// <summary>The value that applies: its own, or the default if it was never set.</summary>
    public static string? Or(this Setting? setting, string? fallback) => setting is null ? fallback : setting.Value;
}
