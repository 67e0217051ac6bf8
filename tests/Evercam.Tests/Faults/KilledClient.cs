using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Evercam.Tests.Servers;

namespace Evercam.Tests.Faults;

/// <summary>
/// One who uses a server that is killed: does one thing after the other to cameras of its own, remembers what was acknowledged and what
/// may or may not have been done, and knows what the server must say when it is back.
/// </summary>
internal sealed class KilledClient(int number)
{
    public const string FirstName = "Gate";

    /// <summary>So many of the older pictures are read again after each start; the command that checks the archive reads them all.</summary>
    private const int ReadAgain = 20;

    private readonly string camera = CameraOf(number);
    private readonly Dictionary<long, byte[]> kept = [];
    private readonly HashSet<long> newest = [];
    private readonly HashSet<string> spares = [];
    private readonly HashSet<string> gone = [];
    private string name = FirstName;
    private long second = 1_000_000_000;
    private int made;
    private Doubt? doubt;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static string CameraOf(int client) => $"client{client}";

    /// <summary>Acts until the server is gone; at most one thing is in doubt then.</summary>
    public async Task UseAsync(EvercamProcess server, Action acknowledged, CancellationToken dead)
    {
        try
        {
            while (!dead.IsCancellationRequested)
            {
                await ActAsync(server);
                acknowledged();
            }
        }
        catch (Exception ended) when (ended is HttpRequestException or IOException)
        {
        }
    }

    /// <summary>All that was acknowledged is so; what was in doubt is whole, or was never done.</summary>
    public async Task VerifyAsync(EvercamProcess server)
    {
        var there = await server.CreatedAtAsync(camera);
        await SettleAsync(server.Client, there);
        Assert.Equal(kept.Keys.Order(), there.Order());
        foreach (var at in newest.Concat(RandomNumberGenerator.GetItems<long>([.. kept.Keys, 0], ReadAgain)).Where(kept.ContainsKey).Distinct())
        {
            Assert.Equal(kept[at], await server.FetchAsync(at, camera));
        }

        newest.Clear();
        foreach (var spare in spares)
        {
            Assert.True(await IsThereAsync(server.Client, spare), spare);
        }

        foreach (var spare in gone)
        {
            Assert.False(await IsThereAsync(server.Client, spare), spare);
        }
    }

    private Task ActAsync(EvercamProcess server) => RandomNumberGenerator.GetInt32(20) switch
    {
        < 3 when kept.Count > 0 => DeleteAsync(server.Client, kept.Keys.ElementAt(RandomNumberGenerator.GetInt32(kept.Count))),
        < 6 => RenameAsync(server.Client, $"Gate {RandomNumberGenerator.GetInt32(1_000_000)}"),
        < 8 when spares.Count > 0 => RemoveAsync(server.Client, spares.First()),
        < 10 => MakeAsync(server.Client, $"spare{number}-{made++}"),
        _ => UploadAsync(server, second++, RandomNumberGenerator.GetBytes(RandomNumberGenerator.GetInt32(100, 60_000))),
    };

    private async Task UploadAsync(EvercamProcess server, long at, byte[] picture)
    {
        doubt = new(Uploaded: (at, picture));
        Assert.Equal(HttpStatusCode.OK, await server.TryUploadAsync(camera, at, picture));
        Keep(at, picture);
        doubt = null;
    }

    private async Task DeleteAsync(HttpClient client, long at)
    {
        doubt = new(Deleted: at);
        using var answer = await client.DeleteAsync($"cameras/{camera}/snapshots/{at}", Cancellation);
        Expect(HttpStatusCode.OK, answer);
        kept.Remove(at);
        doubt = null;
    }

    private async Task RenameAsync(HttpClient client, string wanted)
    {
        doubt = new(Renamed: wanted);
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("name", wanted)]);
        using var answer = await client.PatchAsync($"cameras/{camera}", form, Cancellation);
        Expect(HttpStatusCode.OK, answer);
        name = wanted;
        doubt = null;
    }

    private async Task MakeAsync(HttpClient client, string id)
    {
        doubt = new(Spare: id);
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["id"] = id,
            ["name"] = id,
            ["is_public"] = "false",
            ["external_host"] = "127.0.0.1",
            ["jpg_url"] = "/none.jpg",
        });
        using var answer = await client.PostAsync("cameras", form, Cancellation);
        Expect(HttpStatusCode.Created, answer);
        spares.Add(id);
        doubt = null;
    }

    private async Task RemoveAsync(HttpClient client, string id)
    {
        doubt = new(Spare: id);
        spares.Remove(id);
        using var answer = await client.DeleteAsync($"cameras/{id}", Cancellation);
        Expect(HttpStatusCode.OK, answer);
        gone.Add(id);
        doubt = null;
    }

    /// <summary>What was under way when the server died has happened, or has not; from now on it stays so.</summary>
    private async Task SettleAsync(HttpClient client, HashSet<long> there)
    {
        switch (doubt)
        {
            case { Uploaded: var (at, picture) } when there.Contains(at):
                Keep(at, picture);
                break;
            case { Deleted: { } at } when !there.Contains(at):
                kept.Remove(at);
                break;
            case { Spare: { } spare }:
                (await IsThereAsync(client, spare) ? spares : gone).Add(spare);
                break;
        }

        using var answer = JsonDocument.Parse(await client.GetStringAsync($"cameras/{camera}", Cancellation));
        var called = answer.RootElement.GetProperty("cameras")[0].GetProperty("name").GetString()!;
        Assert.Contains(called, new[] { name, doubt?.Renamed ?? name });
        name = called;
        doubt = null;
    }

    private void Keep(long at, byte[] picture)
    {
        kept[at] = picture;
        newest.Add(at);
    }

    private static async Task<bool> IsThereAsync(HttpClient client, string id)
    {
        using var answer = await client.GetAsync($"cameras/{id}", Cancellation);
        Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.OK, HttpStatusCode.NotFound });
        return answer.StatusCode == HttpStatusCode.OK;
    }

    /// <summary>Nobody but the killer keeps it from doing what it is asked.</summary>
    private static void Expect(HttpStatusCode expected, HttpResponseMessage answer) =>
        Assert.True(answer.StatusCode == expected, $"{answer.RequestMessage?.RequestUri}: {answer.StatusCode}");

    /// <summary>The one thing that was asked for and not answered.</summary>
    private sealed record Doubt(
        (long At, byte[] Picture)? Uploaded = null, long? Deleted = null, string? Renamed = null, string? Spare = null);
}
