namespace Evercam.Api;

/// <summary>A camera that will be shared with a person as soon as that one has an account.</summary>
/// <param name="Id">Its number, as a text.</param>
/// <param name="CameraId">The camera's id.</param>
/// <param name="UserId">Who invites: a user name.</param>
/// <param name="Email">Who is invited.</param>
/// <param name="Rights">What the share will give, with commas.</param>
public sealed record Invitation(string Id, string CameraId, string? UserId, string Email, string Rights);

/// <summary>Who is invited to cameras, and has no account yet.</summary>
public sealed class InvitationCalls
{
    private readonly Wire wire;

    internal InvitationCalls(Wire wire) => this.wire = wire;

    /// <summary>Lists who is invited, oldest first: <c>GET /v1/cameras/{id}/shares/requests</c>.</summary>
    /// <param name="camera">The camera's id.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<IReadOnlyList<Invitation>> ListAsync(string camera, CancellationToken cancellation = default) =>
        (await wire.GetAsync($"v1/cameras/{camera}/shares/requests", new(), ApiJson.Default.SharesAnswer, cancellation)).ShareRequests ?? [];

    /// <summary>Changes what an invitation promises: <c>PATCH /v1/cameras/{id}/shares/requests</c>.</summary>
    /// <param name="camera">The camera's id.</param>
    /// <param name="email">Who is invited.</param>
    /// <param name="rights">What the share will give.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<Invitation> UpdateAsync(
        string camera, string email, IEnumerable<string> rights, CancellationToken cancellation = default) =>
        (await wire.SendAsync(
            HttpMethod.Patch,
            $"v1/cameras/{camera}/shares/requests",
            new() { { "email", email }, { "rights", rights } },
            ApiJson.Default.SharesAnswer,
            cancellation)).ShareRequests.One();

    /// <summary>Withdraws an invitation; one that there is not, too: <c>DELETE /v1/cameras/{id}/shares/requests</c>.</summary>
    /// <param name="camera">The camera's id.</param>
    /// <param name="email">Who is invited.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task DeleteAsync(string camera, string email, CancellationToken cancellation = default) =>
        wire.DeleteAsync($"v1/cameras/{camera}/shares/requests", new() { { "email", email } }, cancellation);
}
