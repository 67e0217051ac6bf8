using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Evercam.Archive;
using Evercam.FakeCameras;
using Evercam.Recorder;
using Evercam.Storage.Catalog;
using Evercam.Storage.S3;
using Evercam.Tests.Servers;
using NodaTime;
using Npgsql;

namespace Evercam.Tests.Cluster;

/// <summary>Several real servers with one PostgreSQL, one bucket and one Redis, and cameras.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private const int Checks = 5;
    private const int PicturesPerMinute = 60;

    /// <summary>Joe's.</summary>
    public const string Password = "s3cret of joe";

    private static readonly DateTimeOffset Forever = new(9999, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TempFolder folder = new();
    private readonly Dictionary<string, string> settings;
    private readonly FakeCameraHost host;
    private readonly NpgsqlDataSource database;
    private int started;

    private TestCluster(Dictionary<string, string> settings, string database, FakeCameraHost host)
    {
        (this.settings, this.host) = (settings, host);
        this.database = NpgsqlDataSource.Create(database);
    }

    public List<EvercamProcess> Nodes { get; } = [];

    public IReadOnlyList<FakeCamera> Cameras => host.Cameras;

    public EvercamProcess First => Nodes[0];

    private static Schedule ScheduleOf(long camera) => new(camera, PicturesPerMinute, week: null, DateTimeZone.Utc);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<TestCluster> StartAsync(
        (PostgresServer Postgres, SwiftServer Swift, RedisServer Redis) servers, int nodes, int cameras, params (string Name, string Value)[] more) =>
        await StartAsync(
            await servers.Postgres.CreateDatabaseAsync(), await servers.Swift.CreateBucketAsync(), await servers.Redis.FindAsync(), nodes, cameras, more);

    public static async Task<TestCluster> StartAsync(
        string database, S3Options bucket, string redis, int nodes, int cameras, params (string Name, string Value)[] more)
    {
        var settings = new Dictionary<string, string>
        {
            ["ConnectionStrings__Evercam"] = database,
            ["Evercam__Cluster__Redis"] = redis,
            ["Evercam__Packs"] = "s3",
            ["Evercam__S3__ServiceUrl"] = bucket.ServiceUrl!.ToString(),
            ["Evercam__S3__Bucket"] = bucket.Bucket,
            ["Evercam__S3__Prefix"] = bucket.Prefix,
            ["Evercam__S3__AccessKey"] = bucket.AccessKey!,
            ["Evercam__S3__SecretKey"] = bucket.SecretKey!,
            ["Evercam__S3__PartInterval"] = "00:00:01",
            ["Evercam__Archive__GiveUpAfter"] = "00:00:30",
        };
        foreach (var (name, value) in more)
        {
            settings[name] = value;
        }

        var fakes = Enumerable.Range(0, cameras).Select(i => new FakeCamera($"cam{i}") { Width = 160, Height = 90 }).ToList();
        var cluster = new TestCluster(settings, database, await FakeCameraHost.StartAsync(fakes, Cancellation));
        try
        {
            for (var i = 0; i < nodes; i++)
            {
                await cluster.AddAsync();
            }

            await PostAsync(
                cluster.First, "users", ("forename", "Joe"), ("lastname", "B"), ("username", "joe"), ("country", "ie"),
                ("email", "joe@example.org"), ("password", Password));
            cluster.Nodes.ForEach(node => node.SignIn("joe", Password));
            foreach (var (fake, i) in fakes.Select((fake, i) => (fake, i)))
            {
                await PostAsync(
                    cluster.Nodes[i % nodes], "cameras", ("id", fake.Name), ("name", fake.Name), ("is_public", "false"), ("external_host", "127.0.0.1"),
                    ("external_http_port", cluster.host.Port.ToString(CultureInfo.InvariantCulture)), ("jpg_url", $"/{fake.Name}/snapshot.jpg"));
            }

            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    private async Task<EvercamProcess> AddAsync()
    {
        var node = await EvercamProcess.StartAsync(folder[$"{started++}"], Cancellation, settings);
        Nodes.Add(node);
        return node;
    }

    /// <summary>Starts one more, when there is a user.</summary>
    public async Task JoinAsync() => (await AddAsync()).SignIn("joe", Password);

    /// <summary>A server of a newer version begins to change the schema.</summary>
    public Task<NewerVersion> BeginUpgradeAsync() => NewerVersion.BeginAsync(database);

    /// <summary>Records all cameras, a picture a second.</summary>
    public async Task RecordAsync()
    {
        foreach (var camera in Cameras)
        {
            await PostAsync(First, $"cameras/{camera.Name}/apps/cloud-recording", ("status", "on"), ("frequency", PicturesPerMinute.ToString(CultureInfo.InvariantCulture)));
        }
    }

    /// <summary>Brings a picture of a second.</summary>
    public static async Task<HttpStatusCode> BringAsync(EvercamProcess node, string camera, long second) =>
        await BringAsync(node, camera, second, await Photographs.ReadAsync("small.jpg"));

    public static Task<HttpStatusCode> BringAsync(EvercamProcess node, string camera, long second, byte[] bytes) =>
        BringAsync(node.Client, camera, second, bytes);

    public static async Task<HttpStatusCode> BringAsync(HttpClient client, string camera, long second, byte[] bytes)
    {
        using var picture = new ByteArrayContent(bytes);
        picture.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
        using var form = new MultipartFormDataContent { { picture, "data", "door.jpg" } };
        using var answer = await client.PostAsync($"cameras/{camera}/snapshots/{second}", form, Cancellation);
        return answer.StatusCode;
    }

    public static async Task<HttpStatusCode> AskAsync(EvercamProcess node, string path)
    {
        using var answer = await node.Client.GetAsync(path, Cancellation);
        return answer.StatusCode;
    }

    public static async Task<JsonNode> ReadAsync(EvercamProcess node, string path) =>
        JsonNode.Parse(await node.Client.GetStringAsync(path, Cancellation))!;

    public static async Task PostAsync(EvercamProcess node, string path, params (string Name, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        using var answer = await node.Client.PostAsync(path, form, Cancellation);
        Assert.True(answer.StatusCode is HttpStatusCode.Created or HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(Cancellation));
    }

    /// <summary>Whether every server answers somebody in this way.</summary>
    public async Task<bool> DoAllAnswerAsync(string user, string password, string path, HttpStatusCode status)
    {
        foreach (var node in Nodes)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Authorization = Balancer.Basic(user, password) } };
            using var answer = await node.Client.SendAsync(request, Cancellation);
            if (answer.StatusCode != status)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Waits until each camera has this many pictures that were taken from a moment on.</summary>
    public Task AreRecordedAsync(DateTimeOffset since, int pictures) =>
        Eventually.IsTrueAsync(async () => await CountRecordedAsync(since, pictures) == Cameras.Count);

    /// <summary>Something happened, and all cameras are recorded since: that the last of them was took so long.</summary>
    public async Task<TimeSpan> MeasureAsync(DateTimeOffset since)
    {
        var at = since.ToUnixTimeMilliseconds() * 1_000;
        var microseconds = await AskAsync(
            """
            SELECT max(first) - $1 FROM (
                SELECT min(taken_at) AS first FROM snapshots WHERE taken_at >= $1 AND taken_at % 1000000 <> 0 GROUP BY camera_key) AS again
            """,
            at);
        return TimeSpan.FromMicroseconds(microseconds);
    }

    /// <summary>Waits until each camera has given so many pictures more.</summary>
    public async Task GiveAsync(int pictures)
    {
        var given = Cameras.Select(camera => (Camera: camera, Until: camera.Pictures + pictures)).ToList();
        await Eventually.IsTrueAsync(() => given.TrueForAll(item => item.Camera.Pictures >= item.Until));
    }

    /// <summary>How many of the cameras have this many pictures that were taken from a moment on.</summary>
    public Task<long> CountRecordedAsync(DateTimeOffset since, int pictures) => CountRecordedAsync(since, Forever, pictures);

    /// <summary>How many of the cameras have this many pictures that were taken from a moment on and before another.</summary>
    public Task<long> CountRecordedAsync(DateTimeOffset from, DateTimeOffset to, int pictures) => AskAsync(
        """
        SELECT count(*) FROM (
            SELECT camera_key FROM snapshots WHERE taken_at >= $1 AND taken_at < $2 GROUP BY camera_key HAVING count(*) >= $3) AS found
        """,
        from.ToUnixTimeMilliseconds() * 1_000, to.ToUnixTimeMilliseconds() * 1_000, pictures);

    /// <summary>Waits until no server has so many cameras that it gives some away, and all are recorded where they are then: one that is on its
    /// way when the database goes is recorded by nobody until that is back.</summary>
    public async Task AreSharedAsync()
    {
        var share = (Cameras.Count + Nodes.Count - 1) / Nodes.Count;
        await Eventually.IsTrueAsync(async () => await AskAsync(
            "SELECT count(*) FROM (SELECT server FROM tenures GROUP BY server HAVING count(*) > $1) AS laden", share + Math.Max(1, share / 10)) == 0);
        await AreRecordedAsync(TimeProvider.System.GetUtcNow(), 3);
    }

    /// <summary>How many servers have cameras.</summary>
    public Task<long> CountServersAsync() => AskAsync("SELECT count(DISTINCT server) FROM tenures");

    /// <summary>How often a camera has eleven pictures in less time than ten take at a picture a second, however late some of them are: then
    /// two servers recorded it.</summary>
    public Task<long> CountDoublesAsync() => AskAsync(
        """
        SELECT count(*) FROM (
            SELECT taken_at - lag(taken_at, 10) OVER (PARTITION BY camera_key ORDER BY taken_at) AS pause
            FROM snapshots WHERE taken_at % 1000000 <> 0) AS pauses
        WHERE pause < 8500000
        """);

    /// <summary>The longest pause between two recorded pictures of a camera, in seconds.</summary>
    public Task<long> LongestPauseAsync() => AskAsync(
        """
        SELECT max(pause) / 1000000 FROM (
            SELECT taken_at - lag(taken_at) OVER (PARTITION BY camera_key ORDER BY taken_at) AS pause
            FROM snapshots WHERE taken_at % 1000000 <> 0) AS pauses
        """);

    /// <summary>Waits until coverage says of each gap since a moment, from its first second to its last, that a server was missing.</summary>
    public async Task AreExplainedAsync(DateTimeOffset since = default)
    {
        IReadOnlyList<string> left = [];
        try
        {
            await Eventually.IsTrueAsync(async () => (left = await ListUnexplainedAsync(since)).Count == 0);
        }
        finally
        {
            Assert.Empty(left);
        }
    }

    /// <summary>Which pauses between two recorded pictures since a moment are gaps of which the coverage does not say, from the first second to the last, that a
    /// server was missing.</summary>
    public async Task<IReadOnlyList<string>> ListUnexplainedAsync(DateTimeOffset since = default)
    {
        // What is told of pictures is told after them.
        var recorded = await ListRecordedAsync();
        var told = (await ReadAsync(
                "SELECT camera_key, since, status FROM coverage ORDER BY camera_key, since",
                row => (Camera: row.GetInt64(0), Since: row.GetInt64(1), Status: (CoverageStatus)row.GetInt32(2))))
            .ToLookup(fact => fact.Camera, fact => (fact.Since, fact.Status));
        return [.. recorded.SelectMany(camera => Cadence.ListUnexplained(
            ScheduleOf(camera.Key), [.. camera.Where(picture => picture >= since)], [.. told[camera.Key]]))];
    }

    /// <summary>The database was away: the connections of before are dead.</summary>
    public void Reconnect() => database.Clear();

    public async Task<long> AskAsync(string sql, params long[] values)
    {
#pragma warning disable CA2100 // Every statement is a constant.
        await using var command = database.CreateCommand(sql);
#pragma warning restore CA2100
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = value });
        }

        return (long)(await command.ExecuteScalarAsync(Cancellation))!;
    }

    /// <summary>When the recorded pictures of each camera were taken, ascending.</summary>
    private async Task<ILookup<long, DateTimeOffset>> ListRecordedAsync() =>
        (await ReadAsync(
            "SELECT camera_key, taken_at FROM snapshots ORDER BY camera_key, taken_at",
            row => (Camera: row.GetInt64(0), TakenAt: ArchiveTime.FromUnixMicroseconds(row.GetInt64(1)))))
        .Where(picture => PictureMoments.IsRecorded(picture.TakenAt)).ToLookup(picture => picture.Camera, picture => picture.TakenAt);

    private async Task<List<T>> ReadAsync<T>(string sql, Func<NpgsqlDataReader, T> read)
    {
#pragma warning disable CA2100 // Every statement is a constant.
        await using var command = database.CreateCommand(sql);
#pragma warning restore CA2100
        await using var rows = await command.ExecuteReaderAsync(Cancellation);
        var found = new List<T>();
        while (await rows.ReadAsync(Cancellation))
        {
            found.Add(read(rows));
        }

        return found;
    }

    /// <summary>What a command of the program, run beside the servers, says.</summary>
    public Task<Ran> RunAsync(params string[] command) =>
        EvercamProcess.RunAsync(settings, "", Cancellation, [.. command, "--Evercam:DataDirectory", folder["command"]]);

    /// <summary>The archive proves itself, beside servers that may use it: a picture may be under way for longer than one check looks at it.
    /// What is lost stays lost.</summary>
    public async Task ProveAsync()
    {
        Ran? check = null;
        for (var i = 0; i < Checks && check?.ExitCode != 0; i++)
        {
            check = await RunAsync("check");
        }

        Assert.True(check!.ExitCode == 0, check.Output + check.Errors);
    }

    /// <summary>Ends all of them in good order.</summary>
    public async Task StopAsync()
    {
        foreach (var node in Nodes.ToList())
        {
            await node.SignalAsync("-TERM");
            await node.AwaitEndAsync();
            Remove(node);
        }
    }

    public void Remove(EvercamProcess node)
    {
        Nodes.Remove(node);
        node.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        while (Nodes.Count > 0)
        {
            Remove(Nodes[^1]);
        }

        await host.DisposeAsync();
        await database.DisposeAsync();
        folder.Dispose();
    }
}
