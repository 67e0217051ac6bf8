namespace Evercam.Api;

/// <summary>The pair that programs sign in with.</summary>
/// <param name="ApiId">The id.</param>
/// <param name="ApiKey">The key.</param>
public sealed record ApiKeys(string ApiId, string ApiKey)
{
    /// <summary>As who calls.</summary>
    public Credential ToCredential() => Credential.ApiKeys(ApiId, ApiKey);

    /// <summary>Never the key.</summary>
    public override string ToString() => $"{nameof(ApiKeys)} {ApiId}";
}

/// <summary>What the server knows of who calls by a pair of keys.</summary>
/// <param name="Authenticated">Whether the pair is good.</param>
/// <param name="SourceIp">From where the call came.</param>
/// <param name="Timestamp">The server's clock, such as <c>2014-04-16 15:04:05 +0000</c>.</param>
public sealed record KeyTest(bool Authenticated, string? SourceIp, string Timestamp);

/// <summary>API ids and keys.</summary>
public sealed class KeyCalls
{
    private readonly Wire wire;

    internal KeyCalls(Wire wire) => this.wire = wire;

    /// <summary>Tells whether the API id and key that this client calls with are good: <c>GET /v1/test</c>.</summary>
    /// <param name="cancellation">Ends the call.</param>
    public Task<KeyTest> TestAsync(CancellationToken cancellation = default) =>
        wire.GetAsync($"v1/test", new(), ApiJson.Default.KeyTest, cancellation);

    /// <summary>Gives a user's API id and key in exchange for the password: <c>GET /v1/users/{id}/credentials</c>.</summary>
    /// <param name="user">The user's name or email.</param>
    /// <param name="password">The password. It travels in the query, as the API wants it: whoever logs addresses, logs it.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task<ApiKeys> GetAsync(string user, string password, CancellationToken cancellation = default) =>
        wire.GetAsync($"v1/users/{user}/credentials", new() { { "password", password } }, ApiJson.Default.ApiKeys, cancellation);
}
