using System.Collections.Concurrent;
using System.Data.Common;
using System.Text;
using System.Text.Json.Nodes;
using Evercam.Storage;
using Evercam.Storage.Vendors;
using Evercam.Tests.Servers;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using static Evercam.Tests.People;

namespace Evercam.Tests.Vendors;

public sealed class SqliteImportedVendorTests : ImportedVendorTests
{
    protected override Task<Dictionary<string, string?>> SettingsAsync() => Task.FromResult(new Dictionary<string, string?>());
}

public sealed class PostgresImportedVendorTests(PostgresServer server) : ImportedVendorTests
{
    protected override async Task<Dictionary<string, string?>> SettingsAsync() =>
        new() { ["ConnectionStrings:Evercam"] = await server.CreateDatabaseAsync() };
}

/// <summary>What a running server answers after an import, wherever that ran; and a catalogue that is open to everyone.</summary>
public abstract class ImportedVendorTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_import_shows_at_once_and_the_list_takes_as_many_queries_as_before()
    {
        var queries = new QueryCounter();
        await using var app = await StartAsync(queries, new FakeTimeProvider());
        await MadeAsync(app, queries);
        var models = await app.AskAsync("GET", "models");
        Assert.Equal(Refusal(404, "mac address was not matched"), await app.AskAsync("GET", "vendors/00:22:72"));

        var registry = await File.ReadAllBytesAsync($"{VendorRegistryTests.Folder}/oui.txt", Cancellation);
        await app.Services.ImportVendorsAsync(VendorRegistry.Read(registry)!, Cancellation);

        // One for the version, three for all vendors; and the server looks for the version itself once, after its start.
        Assert.InRange(await CountAsync(app, queries, "vendors"), 4, 6);
        Assert.Equal(1, await CountAsync(app, queries, "vendors"));
        const string acme =
            """
            {"id":"american-micro-fuel-device-corp","name":"American Micro-Fuel Device Corp.","known_macs":["00:22:72"],"is_supported":false,"models":[]}
            """;
        var vendors = JsonNode.Parse((await app.AskAsync("GET", "vendors")).Body)!["vendors"]!.AsArray();
        Assert.InRange(vendors.Count, 18_000, 100_000);
        Assert.Equal(acme, vendors.Single(v => (string)v!["id"]! == "american-micro-fuel-device-corp")!.ToJsonString());
        Assert.Equal((200, $$"""{"vendors":[{{acme}}]}"""), await app.AskAsync("GET", "vendors/00-22-72-01-02-03"));
        Assert.Equal(
            ["cern", "network-research-corporation", "royal-melbourne-inst-of-tech"],
            JsonNode.Parse((await app.AskAsync("GET", "vendors/08:00:30")).Body)!["vendors"]!.AsArray().Select(v => (string)v!["id"]!));
        Assert.Equal("ycam", (string?)(await app.AskAsync("GET", "vendors/00:0D:F0")).One()["id"]);
        Assert.Equal(Refusal(404, "model vendor was not found"), await app.AskAsync("GET", "models/american-micro-fuel-device-corp"));
        Assert.Equal(models, await app.AskAsync("GET", "models"));
    }

    [Fact]
    public async Task The_lists_are_made_before_anybody_asks()
    {
        var (queries, clock) = (new QueryCounter(), new FakeTimeProvider());
        await using var app = await StartAsync(queries, clock);
        await MadeAsync(app, queries);
        var registry = VendorRegistry.Read("002270     (base 16)\t\tMaker\n"u8.ToArray())!;
        await app.Services.ImportVendorsAsync(registry, Cancellation);
        var made = queries.Texts.Count(IsOfAllModels) + 2;
        await Eventually.IsTrueAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(10));
            return queries.Texts.Count(IsOfAllModels) == made;
        });
        Assert.Contains("\"maker\"", (await app.AskAsync("GET", "vendors")).Body, StringComparison.Ordinal);
        Assert.Equal(200, (await app.AskAsync("GET", "models")).Status);
        Assert.Equal(made, queries.Texts.Count(IsOfAllModels));

        static bool IsOfAllModels(string query) => query.Contains("known_models", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_who_ask_at_once_are_answered_alike()
    {
        await using var app = await EvercamApp.StartAsync(await OpenAsync());
        for (var round = 0; round < 3; round++)
        {
            var file = $"00227{round}     (base 16)\t\tMaker {round}\n";
            var import = app.Services.ImportVendorsAsync(VendorRegistry.Read(Encoding.UTF8.GetBytes(file))!, Cancellation);
            var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => app.AskAsync("GET", "vendors")));
            Assert.All(answers, answer => Assert.Equal(200, answer.Status));
            await import;
            Assert.Contains($"\"maker-{round}\"", (await app.AskAsync("GET", "vendors")).Body, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("models")]
    [InlineData("models/ycam")]
    [InlineData("models/ycam/*")]
    [InlineData("vendors")]
    [InlineData("vendors/00:0D:F0")]
    public async Task One_setting_opens_all_of_it(string path)
    {
        await using var app = await EvercamApp.StartAsync(await OpenAsync());
        Assert.Equal(200, (await app.AskAsync("GET", path)).Status);
        Assert.Equal(
            Refusal(401, "Unauthenticated"),
            await app.AskAsync("GET", path, new Person("nobody", TestUser.BasicOf("nobody", "wrong"))));
    }

    protected abstract Task<Dictionary<string, string?>> SettingsAsync();

    /// <summary>Waits until both lists are at hand.</summary>
    private static Task MadeAsync(EvercamApp app, QueryCounter queries) => Eventually.IsTrueAsync(
        async () => await CountAsync(app, queries, "vendors") == 1 && await CountAsync(app, queries, "models") == 1);

    /// <summary>The questions that an answer takes.</summary>
    private static async Task<int> CountAsync(EvercamApp app, QueryCounter queries, string path)
    {
        var before = queries.Count;
        Assert.Equal(200, (await app.AskAsync("GET", path)).Status);
        return queries.Count - before;
    }

    private async Task<EvercamApp> StartAsync(QueryCounter queries, TimeProvider clock) => await EvercamApp.StartAsync(
        await OpenAsync(), clock, adjust: builder => builder.Services.AddSingleton<IInterceptor>(queries));

    private async Task<Dictionary<string, string?>> OpenAsync()
    {
        var settings = await SettingsAsync();
        settings["Evercam:Catalogue:Public"] = "true";
        return settings;
    }

    /// <summary>Counts questions about vendors: a server asks about other things by itself.</summary>
    private sealed class QueryCounter : DbCommandInterceptor
    {
        public ConcurrentQueue<string> Texts { get; } = [];

        public int Count => Texts.Count;

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command,
            CommandEventData eventData,
            InterceptionResult<DbDataReader> result,
            CancellationToken cancellationToken = default)
        {
            if (command.CommandText.Contains("vendors", StringComparison.Ordinal)
                || command.CommandText.Contains("catalogue_versions", StringComparison.Ordinal))
            {
                Texts.Enqueue(command.CommandText);
            }

            return ValueTask.FromResult(result);
        }
    }
}
