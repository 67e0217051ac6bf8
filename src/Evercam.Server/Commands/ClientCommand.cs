using System.Text.Json.Nodes;
using Evercam.Server.Clients;
using Evercam.Server.Http;
using Evercam.Storage;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Commands;

/// <summary><c>evercam client</c>: registers applications. May run beside the server, which with SQLite may remember the keys of a removed one
/// for <c>Evercam:Http:RememberCallers</c>.</summary>
internal static class ClientCommand
{
    /// <summary>What the command can be asked.</summary>
    public const string Usage =
        "Try: evercam client add NAME CALLBACK-URI..., evercam client list, or evercam client remove ID";

    /// <summary>Exits with 0, or with 1 if what was asked breaks a rule.</summary>
    public static async Task<int> RunAsync(
        IServiceProvider services, string[] arguments, CommandOutput output, CancellationToken cancellation)
    {
        await services.OpenEvercamStorageAsync(cancellation);
        await using var scope = services.CreateAsyncScope();
        var registry = scope.ServiceProvider.GetRequiredService<ClientRegistry>();
        var db = scope.ServiceProvider.GetRequiredService<EvercamDb>();
        try
        {
            await (arguments switch
            {
                ["add", var name, .. var uris] => AddAsync(registry, ClientFields.Of(name, uris), output, cancellation),
                ["remove", var id] => RemoveAsync(registry, db, id, output, cancellation),
                _ => ListAsync(db, output, cancellation),
            });
            return 0;
        }
        catch (ApiException refusal)
        {
            await output.FailAsync(refusal.Status == StatusCodes.Status409Conflict ? ClientWords.NameTaken : refusal.Message);
            return 1;
        }
    }

    private static async Task AddAsync(ClientRegistry registry, ClientFields fields, CommandOutput output, CancellationToken cancellation)
    {
        var client = await registry.RegisterAsync(fields, creatorKey: null, cancellation);
        await output.TellAsync($"client_id      {client.Credential!.ApiId}\nclient_secret  {client.Credential.ApiKey}");
        await output.TellAsync(new JsonObject { ["client_id"] = client.Credential.ApiId, ["client_secret"] = client.Credential.ApiKey });
    }

    private static async Task RemoveAsync(
        ClientRegistry registry, EvercamDb db, string id, CommandOutput output, CancellationToken cancellation)
    {
        var key = await db.Clients.Where(c => c.Credential!.ApiId == id).Select(c => (long?)c.Key).SingleOrDefaultAsync(cancellation)
            ?? throw ApiException.NotFound($"There is no client {id}.");
        await registry.DeleteAsync(key, cancellation);
        await output.TellAsync(new JsonObject { ["client_id"] = id });
    }

    private static async Task ListAsync(EvercamDb db, CommandOutput output, CancellationToken cancellation)
    {
        var clients = await db.Clients.AsNoTracking().OrderBy(c => c.Key)
            .Select(c => new { c.Credential!.ApiId, c.Name, Creator = c.Creator!.UserName, c.CallbackUris })
            .ToListAsync(cancellation);
        foreach (var client in clients)
        {
            var by = client.Creator is null ? "" : $", by {client.Creator}";
            await output.TellAsync($"{client.ApiId}  {client.Name}{by}: {string.Join(", ", client.CallbackUris)}");
        }

        await output.TellAsync(new JsonObject
        {
            ["clients"] = CommandOutput.List(clients.Select(client => new JsonObject
            {
                ["client_id"] = client.ApiId,
                ["name"] = client.Name,
                ["user_name"] = client.Creator,
                ["callback_uris"] = CommandOutput.List(client.CallbackUris.Select(uri => (JsonNode?)uri)),
            })),
        });
    }
}
