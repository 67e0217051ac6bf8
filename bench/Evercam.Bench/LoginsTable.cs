using System.Diagnostics;
using System.Globalization;
using Evercam.Bench.Processes;
using Evercam.Bench.References;

namespace Evercam.Bench;

/// <summary>Signing up and logging in, beside a process that only does the hash of a password: that is dear on purpose, and all
/// else should be cheap beside it.</summary>
internal static class LoginsTable
{
    /// <summary>A bench signs more people up from one address than a server allows.</summary>
    private static readonly Dictionary<string, string> Settings = new() { ["Evercam:Http:SignUpsPerSource"] = "1000000" };

    public static async Task RunAsync(Arguments arguments, CancellationToken cancellation)
    {
        var connections = arguments.Number("connections", 4);
        var time = arguments.Seconds("seconds", 10);
        var warmUp = arguments.Seconds("warmup", 5);
        var rounds = arguments.Number("rounds", 2);
        var count = arguments.Number("people", 20_000);
        arguments.End();

        await Machine.TellAsync($"{count} people");
        using var folder = new TempFolder();
        await using (var data = await BenchData.OpenAsync(folder["data"], postgres: null, cancellation))
        {
            await People.AddAsync(data, count, cancellation);
        }

        await Machine.SettleAsync(cancellation);
        await Machine.TellAsync("only the hash");
        await using var bare = ServerProcess.StartReference(BareHash.Command, "--seconds", $"{time.TotalSeconds:0}");
        var hash = (await bare.EndAsync(cancellation)).Split(' ')
            .Select(text => TimeSpan.FromMilliseconds(double.Parse(text, CultureInfo.InvariantCulture))).ToArray();

        await using var server = await ServerProcess.StartAsync(folder["data"], "/v1/test", cancellation, Settings);
        using var people = new People(server.Address, count);
        var cookie = await people.BeginSessionAsync(cancellation);
        Way[] ways =
        [
            new(new("sign-up, POST /users"), 1, people.SignUpAsync),
            new(new("log-in with the form"), 1, people.LogInAsync),
            new(new("first request with Basic"), 1, people.AskFirstAsync),
            new(new("log-in with the form, again within the hour"), 0, people.LogInAgainAsync),
            new(new("code and token, OAuth"), 0, stop => people.TakeTokenAsync(cookie, stop)),
            new(new("next request with Basic"), 0, people.AskAgainAsync),
        ];
        for (var round = 0; round <= rounds; round++)
        {
            foreach (var way in ways)
            {
                await Machine.TellAsync(round == 0 ? $"{way.Tally.Name}, warming up" : $"{way.Tally.Name}, round {round}");
                if (round == 0)
                {
                    await LoadAsync(new(way.Tally.Name), way.Deed, connections, warmUp, cancellation);
                }
                else
                {
                    var (before, began) = (server.Usage.Processor, Stopwatch.GetTimestamp());
                    await LoadAsync(way.Tally, way.Deed, connections, time, cancellation);
                    way.Add(Stopwatch.GetElapsedTime(began), server.Usage.Processor - before);
                }
            }
        }

        await PrintAsync(ways, hash[0], hash[1], connections);
    }

    private static async Task PrintAsync(Way[] ways, TimeSpan took, TimeSpan hash, int connections)
    {
        var table = new Table("what", "per second", "CPU each", "of it the hash", "CPU beside a hash", "p50", "p99", "errors");
        foreach (var way in ways)
        {
            table.Add(
                way.Tally.Name, $"{way.Tally.Done / way.Time.TotalSeconds:0.0}", $"{way.Each.TotalMilliseconds:0.00} ms",
                $"{way.Hashes * hash / way.Each:0 %}", $"{way.Each / hash:0.00}", $"{way.Tally.Quantile(0.5).TotalMilliseconds:0.0} ms",
                $"{way.Tally.Quantile(0.99).TotalMilliseconds:0.0} ms", $"{way.Tally.Errors}");
        }

        table.Add(
            "only the hash, on one processor", $"{1 / took.TotalSeconds:0.0}", $"{hash.TotalMilliseconds:0.00} ms", "100 %", "1.00",
            $"{took.TotalMilliseconds:0.0} ms", "", "");
        await table.PrintAsync($"Log-ins: {connections} at once");
    }

    /// <summary>Does something over and over, several at once.</summary>
    private static async Task LoadAsync(
        Tally tally, Func<CancellationToken, Task> deed, int atOnce, TimeSpan time, CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, atOnce).Select(async _ =>
        {
            while (Stopwatch.GetElapsedTime(began) < time)
            {
                await tally.TryAsync(deed, cancellation);
            }
        }));
    }

    /// <summary>A way in.</summary>
    /// <param name="tally">How it went.</param>
    /// <param name="hashes">How many hashes of passwords it takes.</param>
    /// <param name="deed">To go it once.</param>
    private sealed class Way(Tally tally, int hashes, Func<CancellationToken, Task> deed)
    {
        private TimeSpan processor;

        public Tally Tally => tally;

        public int Hashes => hashes;

        public Func<CancellationToken, Task> Deed => deed;

        public TimeSpan Time { get; private set; }

        public TimeSpan Each => processor / Math.Max(1, tally.Done + tally.Errors);

        public void Add(TimeSpan time, TimeSpan used) => (Time, processor) = (Time + time, processor + used);
    }
}
