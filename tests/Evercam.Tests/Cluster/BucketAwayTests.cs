using System.Net;

namespace Evercam.Tests.Cluster;

/// <summary>A server dies while the bucket is away, and the others cannot begin with its cameras.</summary>
[Collection(typeof(Fragile))]
public sealed class BucketAwayTests(FragileCluster place)
{
    private const string NoArchive = """{"message":"The archive cannot be read now"}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task Every_server_answers_alike_of_cameras_that_none_can_begin_with()
    {
        var cluster = await place.ServeAsync();
        await cluster.AreRecordedAsync(Now, 3);
        var (before, orphans) = (cluster.Nodes.ToDictionary(node => node, node => node.Log.Count), new List<string>());
        await using (await place.WithoutSwiftAsync())
        {
            // The oldest has cameras, however late others joined.
            var dying = cluster.First;
            await dying.KillAsync();
            cluster.Remove(dying);
            await Eventually.IsTrueAsync(async () =>
            {
                orphans.Clear();
                foreach (var camera in cluster.Cameras)
                {
                    var answers = await AskAllAsync(cluster, HttpMethod.Get, $"cameras/{camera.Name}/snapshot.jpg");
                    if (answers.Distinct().Count() > 1 || answers[0] is not (HttpStatusCode.OK, _) and not (HttpStatusCode.ServiceUnavailable, NoArchive))
                    {
                        return false;
                    }

                    orphans.AddRange(answers[0].Status == HttpStatusCode.OK ? [] : [camera.Name]);
                }

                return orphans.Count > 0;
            });
            foreach (var camera in orphans)
            {
                var answers = await AskAllAsync(cluster, HttpMethod.Post, $"cameras/{camera}/snapshots");
                Assert.All(answers, answer => Assert.Equal((HttpStatusCode.ServiceUnavailable, NoArchive), answer));
            }

            // The others give some more, a picture a second, while those of the dead one are tried again and again.
            var given = cluster.Cameras.Where(camera => !orphans.Contains(camera.Name)).Select(camera => (camera, Until: camera.Pictures + 10)).ToList();
            await Eventually.IsTrueAsync(() => given.TrueForAll(item => item.camera.Pictures >= item.Until));
            foreach (var node in cluster.Nodes)
            {
                var said = node.Log.Skip(before[node]).ToList();
                Assert.InRange(said.Count(line => line.Contains("Recorders cannot begin", StringComparison.Ordinal)), 0, 2);
                Assert.InRange(said.Count(line => line.Contains("could not be woken", StringComparison.Ordinal)), 0, 2);
                Assert.DoesNotContain(said, line => line.Contains("BeginTenureAsync", StringComparison.Ordinal));
            }
        }

        await cluster.AreRecordedAsync(Now, 5);
        await cluster.JoinAsync();
        await cluster.ProveAsync();
    }

    private static async Task<List<(HttpStatusCode Status, string? Refusal)>> AskAllAsync(TestCluster cluster, HttpMethod method, string path)
    {
        var answers = new List<(HttpStatusCode, string?)>();
        foreach (var node in cluster.Nodes)
        {
            using var request = new HttpRequestMessage(method, path);
            using var answer = await node.Client.SendAsync(request, Cancellation);
            answers.Add((answer.StatusCode, answer.IsSuccessStatusCode ? null : await answer.Content.ReadAsStringAsync(Cancellation)));
        }

        return answers;
    }
}
