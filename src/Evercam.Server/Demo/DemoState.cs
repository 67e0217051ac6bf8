using System.Security.Cryptography;

namespace Evercam.Server.Demo;

/// <summary>The demonstration's password, kept in the data directory from start to start: for its user and for its cameras.</summary>
internal sealed class DemoState(string dataDirectory)
{
    private const int PasswordLength = 14;
    private const UnixFileMode OnlyOwner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Without letters that look alike.</summary>
    private const string Letters = "abcdefghjkmnpqrstuvwxyz23456789";

    private readonly string file = Path.Combine(dataDirectory, "demo-password");

    public bool Exists => File.Exists(file);

    /// <summary>The demonstration is over: it does not come back by itself.</summary>
    public void Forget() => File.Delete(file);

    /// <summary>The password; a new one if there is none yet.</summary>
    public async Task<string> PasswordAsync(CancellationToken cancellation)
    {
        if (Exists)
        {
            return (await File.ReadAllTextAsync(file, cancellation)).Trim();
        }

        var password = RandomNumberGenerator.GetString(Letters, PasswordLength);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OnlyOwner;
        }

        await using var writer = new StreamWriter(file, options);
        await writer.WriteLineAsync(password.AsMemory(), cancellation);
        return password;
    }
}
