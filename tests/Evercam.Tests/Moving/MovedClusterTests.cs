using Evercam.Tests.Cluster;
using Evercam.Tests.Servers;

namespace Evercam.Tests.Moving;

/// <summary>A single server that is moved to where several are one.</summary>
[Collection(typeof(NothingElse))]
public sealed class MovedClusterTests(PostgresServer postgres, SwiftServer swift, RedisServer redis) : IDisposable
{
    private readonly TempFolder folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Each_of_several_servers_answers_as_the_single_one_before_and_they_go_on()
    {
        var data = folder["data"];
        await FilledServer.FillAsync(data);
        var target = await Target.MakeAsync(postgres, swift) with { Redis = await redis.FindAsync() };
        var (client, webhook) = await FilledServer.FindAsync(data);
        var until = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        Dictionary<string, string> before;
        using (var server = await EvercamProcess.StartAsync(data, Cancellation, FilledServer.Calm))
        {
            before = await Answers.AllAsync(server, client, webhook, until);
        }

        var file = await target.WriteAsync(folder["new.json"]);
        var ran = await EvercamProcess.RunAsync(FilledServer.Calm, "", Cancellation, "migrate-to", file, "--Evercam:DataDirectory", data);
        Assert.True(ran is { ExitCode: 0, Errors: "" }, ran.ToString());

        using (var one = await EvercamProcess.StartAsync(folder["1"], Cancellation, target.Environment))
        using (var other = await EvercamProcess.StartAsync(folder["2"], Cancellation, target.Environment))
        {
            Answers.ExpectSame(before, await Answers.AllAsync(one, client, webhook, until));
            Answers.ExpectSame(before, await Answers.AllAsync(other, client, webhook, until));
            one.SignIn();
            other.SignIn();
            var picture = await Photographs.ReadAsync("small.jpg");
            foreach (var camera in new[] { FilledServer.Camera, "yard" })
            {
                await FilledServer.UploadAsync(one, camera, FilledServer.First + 180, picture, "more");
                Assert.Equal(picture, await other.FetchAsync(FilledServer.First + 180, camera));
                await other.SendAsync(HttpMethod.Delete, $"cameras/{camera}/snapshots/{FilledServer.First + 3_600}");
                Assert.DoesNotContain(FilledServer.First + 3_600, await one.CreatedAtAsync(camera));
            }

            foreach (var server in new[] { one, other })
            {
                await server.SignalAsync("-TERM");
                await server.AwaitEndAsync();
            }
        }

        await Gate.CheckAsync(folder["1"], target.Environment);
    }
}
