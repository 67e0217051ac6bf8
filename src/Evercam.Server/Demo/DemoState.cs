using System.Security.Cryptography;

namespace Evercam.Server.Demo;

/// <summary>What was decided about the demonstration, kept in the data directory from start to start: a file with its user's
/// password, or one that says that there is to be none.</summary>
internal sealed class DemoState(string dataDirectory)
{
    private const int PasswordLength = 14;
    private const UnixFileMode OnlyOwner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Without letters that look alike.</summary>
    private const string Letters = "abcdefghjkmnpqrstuvwxyz23456789";

    private readonly string file = Path.Combine(dataDirectory, "demo-password");
    private readonly string declined = Path.Combine(dataDirectory, "demo-declined");

    /// <summary>Whether it was decided, one way or the other.</summary>
    public bool IsDecided => File.Exists(file) || File.Exists(declined);

    /// <summary>Whether there is one.</summary>
    public bool IsThere => Read() is not null;

    /// <summary>There is to be none, or it is over: it does not come by itself.</summary>
    public void Decline()
    {
        Write(declined, "There is no demonstration, unless it is asked for with Evercam:Demo.\n");
        File.Delete(file);
    }

    /// <summary>The password; a new one if there is none yet.</summary>
    public string Password()
    {
        if (Read() is { } known)
        {
            return known;
        }

        var password = NewSecret();
        File.Delete(declined);
        Write(file, password + "\n");
        return password;
    }

    /// <summary>A password that nobody has seen.</summary>
    public static string NewSecret() => RandomNumberGenerator.GetString(Letters, PasswordLength);

    /// <summary>Earlier builds declined with an empty file.</summary>
    private string? Read() => !File.Exists(declined) && File.Exists(file) && File.ReadAllText(file).Trim() is { Length: > 0 } password ? password : null;

    private static void Write(string file, string text)
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
