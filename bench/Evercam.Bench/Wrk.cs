using System.Globalization;
using Evercam.Bench.Processes;

namespace Evercam.Bench;

/// <summary>What a load of requests met.</summary>
/// <param name="Requests">How many were answered.</param>
/// <param name="Time">How long it took.</param>
/// <param name="Errors">Answers of 400 and above, and connections that broke.</param>
/// <param name="Median">Latency.</param>
/// <param name="P99">Latency.</param>
/// <param name="Bytes">What came, headers included.</param>
internal sealed record Load(long Requests, TimeSpan Time, long Errors, TimeSpan Median, TimeSpan P99, long Bytes);

/// <summary>Debian's wrk, asking for many different pictures in random order.</summary>
internal static class Wrk
{
    /// <param name="server">Where to.</param>
    /// <param name="path">Lua that makes a path of the number <c>second</c>.</param>
    /// <param name="header">A header to send, as <c>Name: value</c>, or <see langword="null"/>.</param>
    /// <param name="pictures">The numbers: as many from <paramref name="first"/> on.</param>
    /// <param name="first">The first number.</param>
    /// <param name="connections">How many at once, each kept alive.</param>
    /// <param name="time">How long.</param>
    /// <param name="cancellation">Ends the load.</param>
    /// <param name="pause">How long each connection rests before a request, give or take a half; without, not at all.</param>
    public static async Task<Load> RunAsync(
        Uri server, string path, string? header, int pictures, long first, int connections, TimeSpan time, CancellationToken cancellation,
        TimeSpan? pause = null)
    {
        using var folder = new TempFolder();
        var script = folder["walk.lua"];
        await File.WriteAllTextAsync(script, Script(path, pictures, first) + (pause is { } some ? Rest(some) : ""), cancellation);
        IEnumerable<string> named = header is null ? [] : ["--header", header];
        await using var wrk = new Child(
            "wrk",
            [
                "--threads", "1", "--connections", $"{connections}", "--duration", $"{time.TotalSeconds:0}s", "--script", script,
                .. named, server.AbsoluteUri,
            ]);
        var result = (await wrk.EndAsync(cancellation)).Split('\n').Single(line => line.StartsWith("RESULT ", StringComparison.Ordinal));
        var values = result.Split(' ').Skip(1).Select(value => double.Parse(value, CultureInfo.InvariantCulture)).ToArray();
        return new Load(
            (long)values[0], TimeSpan.FromMicroseconds(values[1]), (long)values[2], TimeSpan.FromMicroseconds(values[3]),
            TimeSpan.FromMicroseconds(values[4]), (long)values[5]);
    }

    private static string Rest(TimeSpan pause) => $"""
        function delay()
          return math.random({pause.TotalMilliseconds / 2:0}, {pause.TotalMilliseconds * 1.5:0})
        end

        """;

    /// <summary>The requests are made before the first is sent: wrk shares the processors with the server.</summary>
    private static string Script(string path, int pictures, long first) => $$"""
        local requests = {}

        function init(args)
          math.randomseed(42)
          for second = {{first}}, {{first + pictures - 1}} do
            requests[#requests + 1] = wrk.format("GET", {{path}})
          end
        end

        function request()
          return requests[math.random(#requests)]
        end

        function done(summary, latency, requests)
          local errors = summary.errors
          io.write(string.format("RESULT %d %d %d %d %d %d\n", summary.requests, summary.duration,
            errors.connect + errors.read + errors.write + errors.status + errors.timeout,
            latency:percentile(50), latency:percentile(99), summary.bytes))
        end

        """;
}
