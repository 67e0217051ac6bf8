using System.Security.Cryptography;

namespace Evercam.Server.Demo;

/// <summary>What was decided about the demonstration, kept in the data directory from start to start: a file with its password, for its
/// user and for its cameras; an empty one where there is to be none.</summary>
internal sealed class DemoState(string dataDirectory)
{
    private const int PasswordLength = 14;
    private const UnixFileMode OnlyOwner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Without letters that look alike.</summary>
    private const string Letters = "abcdefghjkmnpqrstuvwxyz23456789";

    private readonly string file = Path.Combine(dataDirectory, "demo-password");

    /// <summary>Whether it was decided, one way or the other.</summary>
    public bool IsDecided => File.Exists(file);

    /// <summary>Whether there is one.</summary>
    public bool IsThere => Read() is not null;

    /// <summary>There is to be none, or it is over: it does not come by itself.</summary>
    public void Decline() => Write("");

    /// <summary>The password; a new one if there is none yet.</summary>
    public string Password()
    {
        if (Read() is { } known)
        {
            return known;
        }

        var password = RandomNumberGenerator.GetString(Letters, PasswordLength);
        Write(password + "\n");
        return password;
    }

    private string? Read() => IsDecided && File.ReadAllText(file).Trim() is { Length: > 0 } password ? password : null;

    private void Write(string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OnlyOwner;
        }

        using var writer = new StreamWriter(file, options);
        writer.Write(text);
    }
}
