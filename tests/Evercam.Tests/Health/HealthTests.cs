using Evercam.Tests.Servers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Evercam.Tests.Health;

/// <summary>What a supervisor asks: does it live, and can it work?</summary>
public sealed class HealthTests(PostgresServer postgres)
{
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
        await using var app = await EvercamApp.StartAsync();
        var packs = Path.Combine(app.Services.GetRequiredService<IConfiguration>()["Evercam:DataDirectory"]!, "archive");
        Directory.Move(packs, packs + "-gone");
        Assert.Equal((503, """{"status":"unavailable","missing":["packs"]}"""), await AskAsync(app, "/readyz"));
        Assert.Equal((200, """{"status":"alive"}"""), await AskAsync(app, "/healthz"));

        Directory.Move(packs + "-gone", packs);
        Assert.Equal((200, """{"status":"ready"}"""), await AskAsync(app, "/readyz"));
    }

    [Fact]
    public async Task Without_its_database_a_server_lives_and_is_not_ready()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var app = await EvercamApp.StartAsync(
            new Dictionary<string, string?> { ["ConnectionStrings:Evercam"] = database });
        Assert.Equal((200, """{"status":"ready"}"""), await AskAsync(app, "/readyz"));

        var name = new NpgsqlConnectionStringBuilder(database).Database;
        await using (var server = NpgsqlDataSource.Create($"{database};Database=postgres"))
        {
            await using var drop = server.CreateCommand($"DROP DATABASE {name} WITH (FORCE)");
            await drop.ExecuteNonQueryAsync(Cancellation);
        }

        Assert.Equal((503, """{"status":"unavailable","missing":["database"]}"""), await AskAsync(app, "/readyz"));
        Assert.Equal((200, """{"status":"alive"}"""), await AskAsync(app, "/healthz"));
    }

    private static async Task<(int Status, string Body)> AskAsync(EvercamApp app, string path)
    {
        using var answer = await app.Client.GetAsync(path, Cancellation);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancellation));
    }
}
