using System.Text.Json.Nodes;
using Evercam.Tests.Storage;
using static Evercam.Tests.People;

namespace Evercam.Tests.Clients;

/// <summary>How many clients one user may register.</summary>
public sealed class ClientQuotaTests : IAsyncLifetime
{
    private EvercamApp app = null!;

    public async ValueTask InitializeAsync() => app = await EvercamApp.StartAsync(
        new Dictionary<string, string?> { ["Evercam:Clients:PerUser"] = "2" });

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task A_user_may_register_so_many_clients_and_no_more()
    {
        var (joe, ann) = (await app.SignUpAsync(), await app.SignUpAsync());
        var (status, body) = await RegisterAsync(joe);
        Assert.Equal(201, status);
        var keys = JsonNode.Parse(body)!;
        var client = new Person((string)keys["id"]!, Keys: $"api_id={keys["id"]}&api_key={keys["api_key"]}");
        Assert.Equal(201, (await RegisterAsync(client)).Status);
        foreach (var caller in new[] { joe, client })
        {
            Assert.Equal(Broken("you can have at most 2 clients"), await RegisterAsync(caller));
        }

        Assert.Equal(201, (await RegisterAsync(ann)).Status);
        Assert.Equal((200, "{}"), await app.AskAsync("DELETE", $"client/{client.Name}", joe));
        Assert.Equal(201, (await RegisterAsync(joe)).Status);
    }

    private Task<(int Status, string Body)> RegisterAsync(Person caller) => app.AskAsync(
        "POST",
        "client",
        caller,
        ("name", CatalogRows.Fresh("Viewer ")),
        ("callback_uris", "example.org"),
        ("user_name", "joe"),
        ("email", "joe@example.org"));
}
