using Evercam.Server.Commands;
using Evercam.Tests.Docs;

namespace Evercam.Tests.Installing;

/// <summary>The unit of the package, as systemd itself reads it.</summary>
public sealed class UnitTests
{
    private static readonly string[] Verify = ["verify", "--man=no", "--recursive-errors=no"];
    private static readonly string[] Security = ["security", "--offline=true", "--threshold=20"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_of_it_is_understood_and_little_is_exposed()
    {
        using var folder = new TempFolder();
        var file = folder["evercam.service"];

        // The program is not installed here.
        var unit = (await File.ReadAllTextAsync(Repository.PathOf("packaging/evercam.service"), Cancellation))
            .Replace("/usr/lib/evercam/evercam", "/bin/true", StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, unit, Cancellation);
        await EndsAsync(0, [.. Verify, file]);
        await EndsAsync(0, [.. Security, file]);

        // A word that it does not know is passed over, and protects nobody.
        await File.WriteAllTextAsync(file, unit.Replace("ProtectSystem=", "ProtectSystems=", StringComparison.Ordinal), Cancellation);
        await EndsAsync(1, [.. Verify, file]);
        await File.WriteAllTextAsync(file, unit.Replace("CapabilityBoundingSet=", "", StringComparison.Ordinal), Cancellation);
        await EndsAsync(1, [.. Security, file]);
    }

    [Fact]
    public async Task What_does_not_start_is_started_again_but_for_wrong_settings()
    {
        var lines = await File.ReadAllLinesAsync(Repository.PathOf("packaging/evercam.service"), Cancellation);
        Assert.Contains("Restart=always", lines);
        Assert.Contains($"RestartPreventExitStatus={CommandLine.WrongSettings}", lines);
    }

    private static async Task EndsAsync(int wanted, params string[] words)
    {
        var (exit, said) = await Tool.RunAsync("/usr/bin/systemd-analyze", words);
        Assert.True(exit == wanted, $"{string.Join(' ', words)}: {exit}\n{said}");
    }
}
