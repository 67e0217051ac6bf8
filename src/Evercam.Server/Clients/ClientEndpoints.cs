using Evercam.Server.Http;
using Evercam.Server.Rights;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Evercam.Server.Clients;

/// <summary>Client applications (contract 4.10).</summary>
internal static class ClientEndpoints
{
    public static void MapClients(this IEndpointRouteBuilder api)
    {
        var clients = api.MapGroup("/client");
        clients.MapPost("", RegisterAsync).NeedsCaller();
        clients.MapGet("/{id}", Show).NeedsClient();
        clients.MapPatch("/{id}", ChangeAsync).NeedsClient();
        clients.MapDelete("/{id}", DeleteAsync).NeedsClient(mayBeGone: true);
    }

    private static async Task<Created<ClientKeysResponse>> RegisterAsync(
        RegisterRequest request, Caller caller, ClientRegistry registry, CancellationToken cancellation)
    {
        var creator = await registry.FindCreatorAsync(caller, cancellation);
        var client = await registry.RegisterAsync(request.Fields, creator, cancellation);
        var keys = client.Credential!;
        return TypedResults.Created($"{ApiPath.Root}/client/{keys.ApiId}", new ClientKeysResponse(keys.ApiId, keys.ApiKey));
    }

    private static Ok<ClientResponse> Show(ClientAccess access) => TypedResults.Ok(ClientResponse.Of(access.Client));

    private static async Task<Ok<Nothing>> ChangeAsync(
        ChangeRequest request, ClientAccess access, ClientRegistry registry, CancellationToken cancellation)
    {
        await registry.ChangeAsync(access.Client.Key, request.Fields, cancellation);
        return TypedResults.Ok(Nothing.Instance);
    }

    private static async Task<Ok<Nothing>> DeleteAsync(
        ClientAccess access, ClientRegistry registry, CancellationToken cancellation)
    {
        if (access.Exists)
        {
            await registry.DeleteAsync(access.Client.Key, cancellation);
        }

        return TypedResults.Ok(Nothing.Instance);
    }
}
