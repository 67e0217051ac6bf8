using System.Diagnostics;
using System.Net;
using Evercam.Tests.Servers;

namespace Evercam.Tests.Faults;

/// <summary>A data directory that the server may read and not write.</summary>
public sealed class ReadOnlyTests
{
    private const long Second = 1_000_000_000;
    private const UnixFileMode Write = UnixFileMode.UserWrite;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>By the modes of its files, or by the disk that it lies on, as far as this process may mount one.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nothing_starts_on_it_says_why_and_leaves_it_as_it_was(bool isMounted)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var data = new TempFolder();
        using (var server = await EvercamProcess.StartAsync(data.Path, Cancellation))
        {
            await server.RegisterAsync(port: 9);
            await server.SendAsync(HttpMethod.Put, "cameras/gate/recording", ("status", "off"));
            await server.UploadAsync(Second, [1, 2, 3]);
            Assert.Equal(0, await server.StopAsync(Cancellation));
        }

        var before = Sizes(data.Path);
        Allow(data.Path, write: false);
        isMounted = isMounted && await RunAsync("mount", "--bind", data.Path, data.Path) is { ExitCode: 0 };
        try
        {
            if (isMounted)
            {
                Allow(data.Path, write: true);
                Assert.Equal(0, (await RunAsync("mount", "-o", "remount,ro,bind", data.Path)).ExitCode);
            }

            await RefusesAsync($"The data directory {data.Path} cannot be written: ", "--urls", "http://127.0.0.1:0", "--Evercam:DataDirectory", data.Path);
            await RefusesAsync($"The data directory {data.Path} cannot be used: ", "check", "--Evercam:DataDirectory", data.Path);
            Assert.Equal(before, Sizes(data.Path));
        }
        finally
        {
            if (isMounted)
            {
                await RunAsync("umount", "--lazy", data.Path);
            }

            Allow(data.Path, write: true);
        }

        using var again = await EvercamProcess.StartAsync(data.Path, Cancellation);
        again.SignIn();
        Assert.Equal([1, 2, 3], await again.FetchAsync(Second));
        Assert.Equal(HttpStatusCode.OK, await again.TryUploadAsync(Gate.Camera, Second + 1, [4, 5, 6]));
    }

    /// <summary>Starts the program as one to whom the modes of files apply: to the system's own user they do not, as long as that one has all its
    /// powers. It might not end by itself.</summary>
    private static async Task RefusesAsync(string sentence, params string[] words)
    {
        string[] mortal = Environment.IsPrivilegedProcess ? ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] : [];
        var (code, said) = await RunAsync([.. mortal, "timeout", "120", "dotnet", EvercamProcess.Program, .. words]);
        Assert.True(code == 2, $"{code}: {said}");
        Assert.StartsWith(sentence, said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Said)> RunAsync(params string[] command)
    {
        using var process = Process.Start(
            new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (said, complaints) = (process.StandardOutput.ReadToEndAsync(Cancellation), process.StandardError.ReadToEndAsync(Cancellation));
        await process.WaitForExitAsync(Cancellation);
        return (process.ExitCode, await said + await complaints);
    }

    private static void Allow(string folder, bool write)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        foreach (var entry in Directory.GetFileSystemEntries(folder, "*", SearchOption.AllDirectories).Prepend(folder))
        {
            var mode = File.GetUnixFileMode(entry);
            File.SetUnixFileMode(entry, write ? mode | Write : mode & ~Write);
        }
    }

    private static Dictionary<string, long> Sizes(string folder) =>
        Directory.GetFiles(folder, "*", SearchOption.AllDirectories).ToDictionary(file => file, file => new FileInfo(file).Length);
}
