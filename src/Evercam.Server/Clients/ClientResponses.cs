using Evercam.Storage.Catalog;

namespace Evercam.Server.Clients;

/// <summary>The keys of a new client; no envelope.</summary>
internal sealed record ClientKeysResponse(string Id, string ApiKey)
{
    /// <summary>Never the key.</summary>
    public override string ToString() => $"{nameof(ClientKeysResponse)} {Id}";
}

/// <summary>A client as those see it who may change it; no envelope.</summary>
internal sealed record ClientResponse(
    string Id, string CallbackUris, string Name, string ApiKey, long CreatedAt, long UpdatedAt)
{
    public static ClientResponse Of(Client client) => new(
        client.Credential!.ApiId,
        string.Join(',', client.CallbackUris),
        client.Name,
        client.Credential.ApiKey,
        client.CreatedAt,
        client.UpdatedAt);

    /// <summary>Never the key.</summary>
    public override string ToString() => $"{nameof(ClientResponse)} {Id}";
}
