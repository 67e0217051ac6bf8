using Evercam.Server.Clients;
using Evercam.Server.Http;
using Evercam.Storage;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Commands;

/// <summary><c>evercam client</c>: registers applications. May run beside the server, which may remember the keys of a removed one
/// for <c>Evercam:Http:RememberCallers</c>.</summary>
internal static class ClientCommand
{
    /// <summary>What the command can be asked.</summary>
    public const string Usage =
        "Try: evercam client add NAME CALLBACK-URI..., evercam client list, or evercam client remove ID";

    /// <summary>Whether it is asked one of these.</summary>
    public static bool Understands(string[] arguments) =>
        arguments is ["add", _, _, ..] or ["list"] or ["remove", _];

    /// <summary>Exits with 0, or with 1 if what was asked breaks a rule.</summary>
    public static async Task<int> RunAsync(
        IServiceProvider services, string[] arguments, CancellationToken cancellation)
    {
        await services.OpenEvercamStorageAsync(cancellation);
        await using var scope = services.CreateAsyncScope();
        var registry = scope.ServiceProvider.GetRequiredService<ClientRegistry>();
        var db = scope.ServiceProvider.GetRequiredService<EvercamDb>();
        try
        {
            await (arguments switch
            {
                ["add", var name, .. var uris] => AddAsync(registry, ClientFields.Of(name, string.Join(',', uris)), cancellation),
                ["remove", var id] => RemoveAsync(registry, db, id, cancellation),
                _ => ListAsync(db, cancellation),
            });
            return 0;
        }
        catch (ApiException refusal)
        {
            await Console.Error.WriteLineAsync(refusal.Message);
            return 1;
        }
    }

    private static async Task AddAsync(ClientRegistry registry, ClientFields fields, CancellationToken cancellation)
    {
        var client = await registry.RegisterAsync(fields, creatorKey: null, cancellation);
        await Console.Out.WriteLineAsync($"client_id      {client.Credential!.ApiId}\nclient_secret  {client.Credential.ApiKey}");
    }

    private static async Task RemoveAsync(ClientRegistry registry, EvercamDb db, string id, CancellationToken cancellation)
    {
        var key = await db.Clients.Where(c => c.Credential!.ApiId == id).Select(c => (long?)c.Key).SingleOrDefaultAsync(cancellation)
            ?? throw ApiException.NotFound($"There is no client {id}.");
        await registry.DeleteAsync(key, cancellation);
    }

    private static async Task ListAsync(EvercamDb db, CancellationToken cancellation)
    {
        var clients = await db.Clients.AsNoTracking().OrderBy(c => c.Key)
            .Select(c => new { c.Credential!.ApiId, c.Name, Creator = c.Creator!.UserName, c.CallbackUris })
            .ToListAsync(cancellation);
        foreach (var client in clients)
        {
            var by = client.Creator is null ? "" : $", by {client.Creator}";
            await Console.Out.WriteLineAsync($"{client.ApiId}  {client.Name}{by}: {string.Join(", ", client.CallbackUris)}");
        }
    }
}
