using System.Reflection;
using Evercam.Tests.Servers;

namespace Evercam.Bench.Processes;

/// <summary>The server under test, as its users start it.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Child child;

    private ServerProcess(Child child, Uri address) => (this.child, Address) = (child, address);

    public Uri Address { get; }

    public int Id => child.Id;

    public Usage Usage => child.Usage;

    /// <summary>The program: the Release build, unless someone named another.</summary>
    public static string Program { get; set; } = Metadata("Server");

    /// <summary>Starts the server.</summary>
    /// <param name="dataDirectory">What it serves.</param>
    /// <param name="firstAnswer">What it must answer before it counts as started.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <param name="settings">Others than the defaults.</param>
    public static async Task<ServerProcess> StartAsync(
        string dataDirectory, string firstAnswer, CancellationToken cancellation, IReadOnlyDictionary<string, string>? settings = null)
    {
        if (Metadata("Configuration") != "Release")
        {
            throw new BenchException("Only a Release build is measured: dotnet run -c Release …");
        }

        var address = new Uri($"http://127.0.0.1:{FreePort.Find()}");
        var child = new Child(
            "dotnet",
            [
                Program, "--urls", address.AbsoluteUri, "--Evercam:DataDirectory", dataDirectory, "--Evercam:Demo", "false",
                .. (settings ?? new Dictionary<string, string>()).SelectMany(setting => new[] { $"--{setting.Key}", setting.Value }),
            ]);
        try
        {
            return await child.AnswerAsync(new Uri(address, firstAnswer), TimeSpan.FromMilliseconds(5), cancellation)
                ? new ServerProcess(child, address)
                : throw new BenchException("The server does not answer as it should.");
        }
        catch
        {
            await child.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a command of the server's program to its end.</summary>
    /// <exception cref="BenchException">It failed.</exception>
    public static async Task RunAsync(CancellationToken cancellation, params IEnumerable<string> command)
    {
        await using var child = new Child("dotnet", [Program, .. command]);
        await child.EndAsync(cancellation);
    }

    /// <summary>Starts a command of this program with the server's own runtime settings (garbage collector, thread pool), so that
    /// it differs from the server by what it does alone.</summary>
    public static Child StartReference(params IEnumerable<string> command) => new(
        "dotnet",
        [
            "exec", "--runtimeconfig", Path.ChangeExtension(Program, ".runtimeconfig.json"),
            Assembly.GetExecutingAssembly().Location, .. command,
        ]);

    public ValueTask DisposeAsync() => child.DisposeAsync();

    private static string Metadata(string key) => Assembly.GetExecutingAssembly()
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}
