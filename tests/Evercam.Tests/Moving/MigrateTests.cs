using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Evercam.Tests.Servers;
using Evercam.Tests.Storage;
using Npgsql;

namespace Evercam.Tests.Moving;

/// <summary><c>evercam migrate-to</c>, as it is typed.</summary>
public sealed class MigrateTests(PostgresServer postgres, SwiftServer swift) : IDisposable
{
    private readonly TempFolder folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task A_server_that_was_moved_answers_as_before(bool toPostgres, bool toBucket)
    {
        var data = folder["data"];
        await FilledServer.FillAsync(data);
        var target = await Target.MakeAsync(toPostgres ? postgres : null, toBucket ? swift : null);
        var (client, webhook) = await FilledServer.FindAsync(data);
        var until = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        Dictionary<string, string> before;
        using (var server = await EvercamProcess.StartAsync(data, Cancellation, FilledServer.Calm))
        {
            before = await Answers.AllAsync(server, client, webhook, until);
            Assert.InRange(before.Values.Count(answer => answer.StartsWith("200 ", StringComparison.Ordinal)), 120, before.Count);
            var file = await target.WriteAsync(folder["new.json"]);
            var refused = await MigrateAsync(file);
            Assert.Equal(
                (2, "", $"The data directory {data} is in use by another evercam process.\n"), (refused.ExitCode, refused.Output, refused.Errors));
        }

        await FilledServer.NoteDeletionAsync(data);
        var (files, rows) = (await FilesAsync(data), await Rows.OfSqliteAsync(data));
        var ran = await MigrateAsync(folder["new.json"], "--json");
        Assert.True(ran is { ExitCode: 0, Errors: "" }, ran.ToString());
        var told = JsonNode.Parse(ran.Output)!;
        Assert.Equal((toPostgres ? rows.Count : 0, toPostgres ? 1 : 0), ((int)told["rows"]!, (int)told["keys"]!));
        Assert.Equal(toBucket ? 2 * FilledServer.Hours : 0, (int)told["packs"]!);
        Assert.Equal(files, await FilesAsync(data));
        Assert.Equal(rows, await Rows.OfSqliteAsync(data));
        if (toPostgres)
        {
            var tables = await Rows.TablesAsync(data);
            Assert.All(tables.Keys, table => Assert.Contains(rows, row => row.StartsWith($"{table}|", StringComparison.Ordinal)));
            Assert.Equal(rows, await Rows.OfPostgresAsync(target.Database!, tables));
        }

        if (toBucket)
        {
            await target.ExpectPacksAsync(Path.Combine(data, "archive"));
        }

        // With both elsewhere, nothing of the data directory is needed any more.
        await GoOnAsync(target, toPostgres && toBucket ? folder["other"] : data, async server =>
        {
            var after = await Answers.AllAsync(server, client, webhook, until);
            Answers.ExpectSame(before, after);
        });
        ran = await MigrateAsync(folder["new.json"]);
        Assert.Equal(2, ran.ExitCode);
        Assert.EndsWith(" already: a server is moved only where nothing is.\n", ran.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_moved_to_where_something_is_or_to_nowhere()
    {
        var data = folder["data"];
        await PreparedDatabase.PutIntoAsync(Directory.CreateDirectory(data).FullName);
        await RefusesAsync($"There is no file {folder["new.json"]} with the settings of the server as it is to be.\n");
        await File.WriteAllTextAsync(folder["new.json"], "{", Cancellation);
        await RefusesAsync($"The file {folder["new.json"]} has no settings that can be read: ");
        await File.WriteAllTextAsync(folder["new.json"], "{}", Cancellation);
        await RefusesAsync("The settings keep database and packs where they are: ");
        await File.WriteAllTextAsync(folder["new.json"], """{"Evercam": {"Packs": "s3"}}""", Cancellation);
        await RefusesAsync("Evercam:S3:Bucket is no name of a bucket");

        var target = await Target.MakeAsync(postgres, swift);
        await (target with { Redis = "127.0.0.1,password=s3cret,abortConnect=perhaps" }).WriteAsync(folder["new.json"]);
        await RefusesAsync("Evercam:Cluster:Redis is not how StackExchange.Redis writes a connection.\n");
        await target.WriteAsync(folder["new.json"]);
        using var bucket = new OpenBucket(target.Bucket!);
        await bucket.Bucket.PutAsync($"{target.Bucket!.Prefix}note.txt", new byte[1], Cancellation);
        await RefusesAsync($"The bucket {bucket.Bucket} has {target.Bucket.Prefix}note.txt already: a server is moved only where nothing is.\n");
        await using var db = await OpenAsync(target);
        Assert.Empty(await Rows.ReadAsync(db, "SELECT 1 FROM pg_tables WHERE schemaname = 'public'"));

        await bucket.Bucket.DeleteAsync($"{target.Bucket!.Prefix}note.txt", Cancellation);
        await bucket.Bucket.PutAsync(bucket.Bucket.Names.UnfinishedMove, "another\n"u8.ToArray(), Cancellation);
        await RefusesAsync($"The bucket {bucket.Bucket} has half of another server, which evercam migrate-to has begun to move there.\n");
        await Rows.ReadAsync(db, "CREATE TABLE unfinished_move AS SELECT 'another' AS source, '' AS state");
        await RefusesAsync($"The database {db.Database} has half of another server, which evercam migrate-to has begun to move there.\n");

        await (target with { Database = await postgres.CreateDatabaseAsync() }).WriteAsync(folder["new.json"]);
        await RefusesAsync(" already: a server is moved only where nothing is.\n");
        await (target with { Database = null, Bucket = null }).WriteAsync(folder["new.json"]);
        await File.WriteAllTextAsync(
            folder["new.json"],
            $$$"""{"Evercam": {"DataDirectory": "{{{folder["other"]}}}"}, "ConnectionStrings": {"Evercam": "Host=127.0.0.1"}}""",
            Cancellation);
        await RefusesAsync($"The settings keep the packs on disk, which stays the data directory {data}, and name another one, {folder["other"]}.\n");
    }

    /// <summary>A server starts there, answers, takes more, and leaves an archive that proves itself.</summary>
    private static async Task GoOnAsync(Target target, string data, Func<EvercamProcess, Task> compare)
    {
        using (var server = await EvercamProcess.StartAsync(data, Cancellation, target.Environment))
        {
            await compare(server);
            server.SignIn();
            var picture = await Photographs.ReadAsync("small.jpg");
            await FilledServer.UploadAsync(server, FilledServer.Camera, FilledServer.First + 180, picture, "more");
            await server.SendAsync(HttpMethod.Delete, $"cameras/{FilledServer.Camera}/snapshots/{FilledServer.First + 3_600}");
            await server.SendAsync(HttpMethod.Post, $"cameras/{FilledServer.Camera}/share", ("email", "ann@example.org"), ("rights", "List"));
            await server.SendAsync(
                HttpMethod.Post, "users", ("forename", "Eve"), ("lastname", "E"), ("username", "eve"), ("country", "ie"),
                ("email", "eve@example.org"), ("password", "eve's secret"));
            Assert.Equal(picture, await server.FetchAsync(FilledServer.First + 180));
        }

        // It was killed: what it had begun the next one ends.
        using var next = await EvercamProcess.StartAsync(data, Cancellation, target.Environment);
        await Gate.CheckAsync(data, target.Environment);
    }

    private static async Task<NpgsqlConnection> OpenAsync(Target target)
    {
        var connection = new NpgsqlConnection(target.Database);
        await connection.OpenAsync(Cancellation);
        return connection;
    }

    private async Task RefusesAsync(string sentence)
    {
        var ran = await MigrateAsync(folder["new.json"]);
        Assert.True(ran.ExitCode == 2 && ran.Output.Length == 0, ran.ToString());
        Assert.Contains(sentence, ran.Errors, StringComparison.Ordinal);
        Assert.Single(ran.Errors.TrimEnd('\n').Split('\n'));
    }

    private Task<Ran> MigrateAsync(string file, params string[] more) => EvercamProcess.RunAsync(
        FilledServer.Calm, "", Cancellation, ["migrate-to", file, "--Evercam:DataDirectory", folder["data"], .. more]);

    /// <summary>Each file with its hash, but for what says that somebody is there.</summary>
    private static async Task<Dictionary<string, string>> FilesAsync(string data)
    {
        var found = new Dictionary<string, string>();
        var files = Directory.GetFiles(data, "*", SearchOption.AllDirectories);
        foreach (var file in files.Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)))
        {
            // The database folds into one file when the last one has left it, as it does at each start.
            if (Path.GetFileName(file) is not ("evercam.db" or "evercam.db-wal" or "evercam.db-shm"))
            {
                found.Add(Path.GetRelativePath(data, file), Convert.ToHexString(SHA256.HashData(await File.ReadAllBytesAsync(file, Cancellation))));
            }
        }

        return found;
    }
}
