using Evercam.Tests.Servers;
using Evercam.Tests.Snapshots;
using Npgsql;

namespace Evercam.Tests.Faults;

/// <summary>A PostgreSQL server that stands still: it takes connections and questions, and answers none.</summary>
public sealed class FrozenDatabaseTests
{
    private const long Second = 1_397_651_000;
    private const int PatientSeconds = 120;
    private const int Questions = 60;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Callers_are_told_before_a_program_gives_up_that_waits_for_long_and_all_goes_on_afterwards()
    {
        Assert.SkipWhen(PostgresInstance.Binaries is null, "PostgreSQL is not installed.");
        await using var postgres = await PostgresInstance.StartAsync();
        var database = await postgres.CreateDatabaseAsync("evercam");
        await using var app = await EvercamApp.StartAsync(
            new Dictionary<string, string?> { ["ConnectionStrings:Evercam"] = database, ["Evercam:Recorder:OnlineCheck"] = "false" });
        var stage = await Stage.SetAsync(app);
        await stage.RecordAsync([Second]);
        string[] paths = ["snapshots/latest", $"snapshots/{Second}.jpg", "snapshots/2014/4/days", "shares", "logs"];
        foreach (var path in paths[..3])
        {
            Assert.Equal(200, (await stage.GetAsync(path)).Status);
        }

        await using var patient = new NpgsqlConnection($"{database};Command Timeout={PatientSeconds}");
        await patient.OpenAsync(Cancellation);
        await using var question = new NpgsqlCommand("SELECT 1", patient);
        Task waiting;
        await using (await postgres.FreezeAsync())
        {
            waiting = question.ExecuteScalarAsync(Cancellation);
            var answers = await Task.WhenAll(
                [.. paths.Select(stage.GetAsync), stage.UploadAsync(Second + 10), Stage.AskAsync(app, HttpMethod.Get, "public/cameras", null)]);
            Assert.All(answers, answer => Assert.Equal(503, answer.Status));

            // From now on nobody waits in vain: one after the other, for some seconds each, they would wait for longer than the patient one.
            for (var i = 0; i < Questions; i++)
            {
                Assert.Equal(503, (await stage.GetAsync("shares")).Status);
            }

            Assert.False(waiting.IsCompleted);
        }

        await waiting;
        await Eventually.IsTrueAsync(async () => (await stage.GetAsync($"snapshots/{Second}.jpg")).Status == 200);
        await Eventually.IsTrueAsync(async () => (await stage.UploadAsync(Second + 20)).Status == 200);
    }
}
