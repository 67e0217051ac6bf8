using System.Collections.Concurrent;
using System.Data.Common;
using Evercam.Archive;
using Evercam.Storage.Catalog;
using Evercam.Tests.Archive;
using Evercam.Tests.Servers;
using Evercam.Tests.Snapshots;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace Evercam.Tests.Coverage;

/// <summary>Coverage is answered from the facts alone, however many pictures lie in its time.</summary>
public sealed class CoverageReadsTests(PostgresServer postgres)
{
    private const long Noon = 1_400_000_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nobody_looks_at_pictures(bool onPostgres)
    {
        var said = new Said();
        var settings = new Dictionary<string, string?>
        {
            ["Evercam:Recorder:OnlineCheck"] = "false",
            ["ConnectionStrings:Evercam"] = onPostgres ? await postgres.CreateDatabaseAsync() : null,
        };
        await using var app = await EvercamApp.StartAsync(settings, adjust: builder =>
        {
            builder.Services.AddHttpContextAccessor();
            builder.Services.AddSingleton<IInterceptor>(said);
            builder.InterposeIndex(call =>
            {
                said.Note($"index: {call.Method}");
                return call.GoThrough();
            });
        });
        var stage = await Stage.SetAsync(app);
        for (var second = 0; second < 100; second++)
        {
            await stage.Archive.SaveAsync(
                new NewSnapshot(stage.Key, DateTimeOffset.FromUnixTimeSeconds(Noon + second), PictureType.Jpeg, Stage.Jpeg), Cancellation);
        }

        await app.CoverAsync(stage.Key, [(Noon, CoverageStatus.Recorded), (Noon + 50, CoverageStatus.Offline), (Noon + 60, CoverageStatus.Recorded)]);
        said.Take();
        var coverage = await stage.GetAsync($"coverage?from={Noon}&to={Noon + 100}");
        Assert.Equal(["recorded", "offline", "recorded"], CoverageStage.SpansOf(coverage.Text).Select(span => span.Status));
        var asked = said.Take();
        Assert.Contains(asked, words => words.Contains("coverage", StringComparison.Ordinal));
        Assert.DoesNotContain(asked, words => words.Contains("snapshots", StringComparison.Ordinal) || IsOfIndex(words));

        // Who asks for pictures is seen to look at them.
        Assert.Equal(100, (await stage.GetAsync($"snapshots/range?from={Noon}&to={Noon + 100}")).Seconds.Count);
        Assert.Contains(said.Take(), IsOfIndex);

        static bool IsOfIndex(string words) => words.StartsWith("index: ", StringComparison.Ordinal);
    }

    /// <summary>What a server asks of its catalog and its index for its callers, in their words.</summary>
    private sealed class Said : DbCommandInterceptor
    {
        private readonly HttpContextAccessor callers = new();
        private readonly ConcurrentQueue<string> all = new();

        public void Note(string asked)
        {
            if (callers.HttpContext is not null)
            {
                all.Enqueue(asked);
            }
        }

        /// <summary>What was asked since the last look.</summary>
        public List<string> Take()
        {
            var taken = new List<string>();
            while (all.TryDequeue(out var asked))
            {
                taken.Add(asked);
            }

            return taken;
        }

        public override InterceptionResult DataReaderDisposing(
            DbCommand command, DataReaderDisposingEventData eventData, InterceptionResult result)
        {
            Note(command.CommandText);
            return result;
        }
    }
}
