using Evercam.Tests.Recorder;
using Evercam.Tests.Servers;

namespace Evercam.Tests.Webhooks;

/// <summary>A server that soon tries again. It gives up after a day, as all do: that is set, and not waited for.</summary>
public abstract class HastyApp : SharedApp
{
    public static Dictionary<string, string?> Haste { get; } = new()
    {
        ["Evercam:Webhooks:FirstPause"] = "00:00:01",
        ["Evercam:Webhooks:LongestPause"] = "00:00:01",
        ["Evercam:Webhooks:Timeout"] = "00:01:00",
    };

    internal SteppingClock Time { get; } = new();

    protected override TimeProvider Clock => Time;
}

public sealed class SqliteHasty : HastyApp
{
    protected override Task<Dictionary<string, string?>> SettingsAsync() => Task.FromResult(Haste);
}

public sealed class PostgresHasty(PostgresServer server) : HastyApp
{
    protected override async Task<Dictionary<string, string?>> SettingsAsync() =>
        new(Haste) { ["ConnectionStrings:Evercam"] = await server.CreateDatabaseAsync() };
}
