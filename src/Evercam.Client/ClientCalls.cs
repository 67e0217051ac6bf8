namespace Evercam.Api;

/// <summary>An application that is registered for OAuth 2.0.</summary>
/// <param name="Id">Its <c>client_id</c>.</param>
/// <param name="CallbackUris">Where visitors may be sent back to, with commas.</param>
/// <param name="Name">What people read.</param>
/// <param name="ApiKey">Its <c>client_secret</c>.</param>
/// <param name="CreatedAt">When it was registered, in Unix seconds.</param>
/// <param name="UpdatedAt">When it was changed last.</param>
public sealed record ClientApplication(string Id, string CallbackUris, string Name, string ApiKey, long CreatedAt, long UpdatedAt)
{
    /// <summary>Never the key.</summary>
    public override string ToString() => $"{nameof(ClientApplication)} {Id}";
}

/// <summary>The keys of a new application.</summary>
/// <param name="Id">Its <c>client_id</c>.</param>
/// <param name="ApiKey">Its <c>client_secret</c>.</param>
public sealed record ClientKeys(string Id, string ApiKey)
{
    /// <summary>Never the key.</summary>
    public override string ToString() => $"{nameof(ClientKeys)} {Id}";
}

/// <summary>Applications that are registered for OAuth 2.0.</summary>
public sealed class ClientCalls
{
    private readonly Wire wire;

    internal ClientCalls(Wire wire) => this.wire = wire;

    /// <summary>Registers an application: <c>POST /v1/client</c>.</summary>
    /// <param name="name">What people will read.</param>
    /// <param name="callbackUris">Where visitors may be sent back to.</param>
    /// <param name="userName">Who registers it; the API asks for it and keeps it not.</param>
    /// <param name="email">The email of that one; likewise.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task<ClientKeys> CreateAsync(
        string name, IEnumerable<string> callbackUris, string userName, string email, CancellationToken cancellation = default) =>
        wire.SendAsync(
            HttpMethod.Post,
            $"v1/client",
            new() { { "name", name }, { "callback_uris", callbackUris }, { "user_name", userName }, { "email", email } },
            ApiJson.Default.ClientKeys,
            cancellation);

    /// <summary>Shows an application: <c>GET /v1/client/{id}</c>.</summary>
    /// <param name="id">Its <c>client_id</c>.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task<ClientApplication> GetAsync(string id, CancellationToken cancellation = default) =>
        wire.GetAsync($"v1/client/{id}", new(), ApiJson.Default.ClientApplication, cancellation);

    /// <summary>Changes an application: <c>PATCH /v1/client/{id}</c>.</summary>
    /// <param name="id">Its <c>client_id</c>.</param>
    /// <param name="name">What people will read; the same as before unless said.</param>
    /// <param name="callbackUris">Where visitors may be sent back to; the same as before unless said.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task UpdateAsync(
        string id, string? name = null, IEnumerable<string>? callbackUris = null, CancellationToken cancellation = default) =>
        wire.SendAsync(
            HttpMethod.Patch,
            $"v1/client/{id}",
            new() { { "name", name }, { "callback_uris", callbackUris } },
            ApiJson.Default.JsonElement,
            cancellation);

    /// <summary>Ends an application with its tokens; one that there is not, too: <c>DELETE /v1/client/{id}</c>.</summary>
    /// <param name="id">Its <c>client_id</c>.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task DeleteAsync(string id, CancellationToken cancellation = default) =>
        wire.DeleteAsync($"v1/client/{id}", new(), cancellation);
}
