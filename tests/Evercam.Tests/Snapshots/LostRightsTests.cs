using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Evercam.Archive;
using Evercam.Storage.Catalog;

namespace Evercam.Tests.Snapshots;

/// <summary>A list of pictures that is read slowly, and whose reader loses the right to it meanwhile (contract 3.6).</summary>
public sealed class LostRightsTests(SqlitePictures server) : IClassFixture<SqlitePictures>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("snapshots")]
    [InlineData("snapshots/range?from=0&to=1000")]
    [InlineData("snapshots/range?from=0&to=1000&with_data=true&limit=100")]
    [InlineData("snapshots/kept?with_kept=true")]
    public async Task A_list_is_broken_off_when_the_right_to_it_ends(string path)
    {
        var stage = await Stage.SetAsync(server.App);
        var friend = await Stage.AddUserAsync(server.App);
        await stage.ShareAsync(friend, CameraRights.View);
        var notes = new string('x', 1_000_000);
        for (var second = 1; second <= 50; second++)
        {
            var taken = DateTimeOffset.FromUnixTimeSeconds(second);
            await stage.Archive.SaveAsync(new NewSnapshot(stage.Key, taken, PictureType.Jpeg, Stage.Jpeg, notes), Cancellation);
        }

        await stage.Archive.MarkAsync(stage.Key, DateTimeOffset.MinValue, DateTimeOffset.MaxValue, keep: true, Cancellation);
        var keys = friend.Credential!;
        using var client = new TcpClient();
        await client.ConnectAsync(server.App.Address.Host, server.App.Address.Port, Cancellation);
        var query = $"{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}api_id={keys.ApiId}&api_key={keys.ApiKey}";
        await client.GetStream().WriteAsync(
            Encoding.ASCII.GetBytes($"GET /v1/cameras/{stage.Id}/{path}{query} HTTP/1.1\r\nHost: x\r\n\r\n"), Cancellation);
        var buffer = new byte[64];
        await client.GetStream().ReadExactlyAsync(buffer, Cancellation);
        Assert.StartsWith("HTTP/1.1 200 OK", Encoding.ASCII.GetString(buffer), StringComparison.Ordinal);

        var share = JsonNode.Parse((await stage.GetAsync("shares")).Text)!["shares"]![0]!["id"];
        Assert.Equal(200, (await stage.AskAsync(HttpMethod.Delete, $"share?share_id={share}", stage.Owner)).Status);
        await Eventually.IsTrueAsync(() => IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpConnections()
            .All(connection => !connection.LocalEndPoint.Equals(client.Client.LocalEndPoint) || connection.State != TcpState.Established));
    }
}
