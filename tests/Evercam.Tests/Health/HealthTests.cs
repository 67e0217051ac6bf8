using Evercam.Tests.Servers;
using Evercam.Tests.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Evercam.Tests.Health;

/// <summary>What a supervisor asks: does it live, and can it work?</summary>
public sealed class HealthTests(PostgresServer postgres)
{
    private static readonly TimeSpan OneSecond = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider clock = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/healthz", """{"status":"alive"}""")]
    [InlineData("/readyz", """{"status":"ready"}""")]
    public async Task A_server_in_order_says_so_to_everyone(string path, string body)
    {
        await using var app = await EvercamApp.StartAsync();
        Assert.Equal((200, body), await AskAsync(app, path));
        using var request = new HttpRequestMessage(HttpMethod.Head, path);
        request.Headers.Authorization = new("Basic", "nonsense");
        using var answer = await app.Client.SendAsync(request, Cancellation);
        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal("application/json; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        Assert.True(answer.Headers.CacheControl?.NoStore);
    }

    [Theory]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    [InlineData("/metrics")]
    public async Task What_is_there_to_be_asked_is_only_asked(string path)
    {
        await using var app = await EvercamApp.StartAsync();
        using var surfer = new Surfer(app);
        foreach (var method in new[] { "POST", "PUT", "PATCH", "DELETE", "TRACE" })
        {
            using var request = new HttpRequestMessage(new(method), path);
            var refusal = await surfer.SendAsync(request);
            Assert.Equal((405, """{"message":"Method Not Allowed"}"""), (refusal.Status, refusal.Body));
            Assert.StartsWith("GET, HEAD", refusal.Header("Allow"), StringComparison.Ordinal);
        }

        using var question = new HttpRequestMessage(HttpMethod.Options, path);
        var methods = await surfer.SendAsync(question);
        Assert.Equal((path == "/metrics" ? 204 : 200, "GET, HEAD, OPTIONS"), (methods.Status, methods.Header("Allow")));
        Assert.Equal((200, 200), ((await surfer.GetAsync(path)).Status, (await surfer.HeadAsync(path)).Status));
    }

    [Theory]
    [InlineData("healthz")]
    [InlineData("readyz")]
    public async Task Health_is_no_part_of_the_api(string path)
    {
        await using var app = await EvercamApp.StartAsync();
        Assert.Equal((404, """{"message":"Not Found"}"""), await AskAsync(app, $"/v1/{path}"));
    }

    [Fact]
    public async Task Without_its_packs_a_server_lives_and_is_not_ready()
    {
        await using var app = await EvercamApp.StartAsync(clock: clock);
        var packs = Path.Combine(app.Services.GetRequiredService<IConfiguration>()["Evercam:DataDirectory"]!, "archive");
        Directory.Move(packs, packs + "-gone");
        Assert.Equal((503, """{"status":"unavailable","missing":["packs"]}"""), await AskAsync(app, "/readyz"));
        using var question = new HttpRequestMessage(HttpMethod.Options, "/readyz");
        using var told = await app.Client.SendAsync(question, Cancellation);
        Assert.Equal(503, (int)told.StatusCode);
        Assert.Equal((200, """{"status":"alive"}"""), await AskAsync(app, "/healthz"));

        Directory.Move(packs + "-gone", packs);
        clock.Advance(OneSecond);
        Assert.Equal((200, """{"status":"ready"}"""), await AskAsync(app, "/readyz"));
    }

    [Fact]
    public async Task With_packs_that_may_only_be_read_a_server_is_not_ready()
    {
        await using var app = await EvercamApp.StartAsync(clock: clock);
        var packs = Path.Combine(app.Services.GetRequiredService<IConfiguration>()["Evercam:DataDirectory"]!, "archive");
        using (new FolderBar(packs))
        {
            Assert.Equal((503, """{"status":"unavailable","missing":["packs"]}"""), await AskAsync(app, "/readyz"));
        }

        clock.Advance(OneSecond);
        Assert.Equal((200, """{"status":"ready"}"""), await AskAsync(app, "/readyz"));
    }

    [Fact]
    public async Task Without_its_database_a_server_lives_and_is_not_ready()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var app = await EvercamApp.StartAsync(
            new Dictionary<string, string?> { ["ConnectionStrings:Evercam"] = database }, clock);
        Assert.Equal((200, """{"status":"ready"}"""), await AskAsync(app, "/readyz"));

        var name = new NpgsqlConnectionStringBuilder(database).Database;
        await using (var server = NpgsqlDataSource.Create($"{database};Database=postgres"))
        {
            await using var drop = server.CreateCommand($"DROP DATABASE {name} WITH (FORCE)");
            await drop.ExecuteNonQueryAsync(Cancellation);
        }

        clock.Advance(OneSecond);
        Assert.Equal((503, """{"status":"unavailable","missing":["database"]}"""), await AskAsync(app, "/readyz"));
        Assert.Equal((200, """{"status":"alive"}"""), await AskAsync(app, "/healthz"));
    }

    [Fact]
    public async Task However_often_it_is_asked_a_server_looks_once_a_second()
    {
        var look = new SlowLook();
        await using var app = await EvercamApp.StartAsync(
            clock: clock, adjust: builder => builder.Services.AddHealthChecks().AddCheck("look", look));
        var asked = Enumerable.Range(0, 20).Select(_ => AskAsync(app, "/readyz")).ToList();
        await Eventually.IsTrueAsync(() => look.Count > 0);
        clock.Advance(OneSecond / 2);
        asked.Add(AskAsync(app, "/readyz"));
        look.End();
        Assert.All(await Task.WhenAll(asked), answer => Assert.Equal((200, """{"status":"ready"}"""), answer));
        Assert.Equal(1, look.Count);

        clock.Advance(OneSecond / 2);
        await AskAsync(app, "/readyz");
        Assert.Equal(2, look.Count);
    }

    private static async Task<(int Status, string Body)> AskAsync(EvercamApp app, string path)
    {
        using var answer = await app.Client.GetAsync(path, Cancellation);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancellation));
    }

    private sealed class SlowLook : IHealthCheck
    {
        private readonly TaskCompletionSource end = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int count;

        public int Count => Volatile.Read(ref count);

        public void End() => end.SetResult();

        public async Task<HealthCheckResult> CheckHealthAsync(
            HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref count);
            await end.Task.WaitAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
    }
}
