using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;

namespace Evercam.Tests.Servers;

/// <summary>The real program in a process of its own, which can be killed.</summary>
public sealed partial class EvercamProcess : IDisposable
{
    private readonly Process process;

    /// <summary>What <c>dotnet</c> starts: the one that the environment names, compiled ahead as it is published, or the one of this build.</summary>
    public static string Program { get; } =
        Environment.GetEnvironmentVariable("EVERCAM_TEST_PROGRAM") ?? Path.Combine(AppContext.BaseDirectory, "evercam.dll");

    /// <summary>What it is told where a test says nothing else: only what never answers takes so long, however slow the machine is.</summary>
    public static IReadOnlyDictionary<string, string> Patience { get; } = new Dictionary<string, string>
    {
        ["Evercam__Cameras__AnswerTimeout"] = "00:00:30",
        ["Evercam__Cameras__Deadline"] = "00:01:00",
        ["Evercam__Archive__GiveUpAfter"] = "00:05:00",
    };

    private EvercamProcess(Process process, Uri address, ConcurrentQueue<string> log)
    {
        this.process = process;
        Log = log;
        Address = address;
        Client = new HttpClient { BaseAddress = new Uri(address, "/v1/") };
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>What it has written so far.</summary>
    public IReadOnlyCollection<string> Log { get; }

    public int Id => process.Id;

    /// <summary>Asks paths relative to <c>/v1/</c>.</summary>
    public HttpClient Client { get; }

    /// <summary>Starts it and waits until it says where it listens.</summary>
    /// <param name="dataDirectory">Its data directory.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <param name="environment">Settings.</param>
    /// <param name="withDemo">Whether the demonstration is the program's to decide; else there is none.</param>
    /// <param name="listen">Where it listens.</param>
    public static async Task<EvercamProcess> StartAsync(
        string dataDirectory, CancellationToken cancellation, IReadOnlyDictionary<string, string>? environment = null, bool withDemo = false,
        string listen = "http://127.0.0.1:0")
    {
        var log = new ConcurrentQueue<string>();
        var process = Start(
            environment,
            ["--urls", listen, "--Evercam:DataDirectory", dataDirectory, .. withDemo ? Array.Empty<string>() : ["--Evercam:Demo", "false"]]);
        while (await process.StandardOutput.ReadLineAsync(cancellation) is { } line)
        {
            log.Enqueue(line);
            if (Listening().Match(line) is { Success: true } found)
            {
                _ = KeepAsync(process.StandardOutput, log);
                return new EvercamProcess(process, new Uri(found.Groups[1].Value), log);
            }
        }

        throw new InvalidOperationException("The server did not start: " + await process.StandardError.ReadToEndAsync(cancellation));
    }

    /// <summary>Runs a command of the program to its end.</summary>
    public static Task<(int ExitCode, string Output)> RunAsync(CancellationToken cancellation, params string[] arguments) =>
        RunAsync("", cancellation, arguments);

    /// <summary>Runs a command of the program to its end, that reads this.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(string input, CancellationToken cancellation, params string[] arguments)
    {
        var ran = await RunAsync(new Dictionary<string, string>(), input, cancellation, arguments);
        return (ran.ExitCode, ran.Output + ran.Errors);
    }

    /// <summary>Runs a command of the program to its end, that is told this by its environment and reads that.</summary>
    public static async Task<Ran> RunAsync(
        IReadOnlyDictionary<string, string> environment, string input, CancellationToken cancellation, params string[] arguments)
    {
        using var process = Start(environment, arguments);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return new(process.ExitCode, await output, await errors);
    }

    public void SignIn(string userName, string password) => Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
        "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{userName}:{password}")));

    /// <summary>SIGKILL: it cannot finish anything.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>SIGTERM: what a supervisor sends. It ends when it has finished.</summary>
    /// <returns>What it ended with.</returns>
    public async Task<int> StopAsync(CancellationToken cancellation)
    {
        using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
        await kill.WaitForExitAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return process.ExitCode;
    }

    /// <summary>Sends it a signal, such as <c>-STOP</c>.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [signal, $"{process.Id}"]);
        await kill.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>Waits until it ends by itself, and gives up after a time that only a failure needs.</summary>
    public Task AwaitEndAsync() => process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(3));

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
            process.WaitForExit();
        }

        Client.Dispose();
        process.Dispose();
    }

    private static async Task KeepAsync(StreamReader output, ConcurrentQueue<string> log)
    {
        while (await output.ReadLineAsync(CancellationToken.None) is { } line)
        {
            log.Enqueue(line);
        }
    }

    [GeneratedRegex("Now listening on: (http[^\\s\"]+)")]
    private static partial Regex Listening();

    private static Process Start(IReadOnlyDictionary<string, string>? environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in Patience.Concat(environment ?? new Dictionary<string, string>()))
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}

/// <summary>What a command that has ended said, and what it complained of.</summary>
public sealed record Ran(int ExitCode, string Output, string Errors);
