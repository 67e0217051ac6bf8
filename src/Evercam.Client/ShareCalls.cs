namespace Evercam.Api;

/// <summary>A camera that is shared with a person.</summary>
/// <param name="Id">Its number.</param>
/// <param name="CameraId">The camera's id.</param>
/// <param name="UserId">With whom: a number that no change of the account touches.</param>
/// <param name="Email">Of that person.</param>
/// <param name="Kind"><c>public</c> or <c>private</c>: what the camera was when it was shared.</param>
/// <param name="Rights">What that person may do, with commas, such as <c>Snapshot,List</c>.</param>
/// <param name="SharerId">By whom: a user name.</param>
public sealed record Share(long Id, string CameraId, long UserId, string Email, string Kind, string Rights, string? SharerId);

/// <summary>What became of a wish to share: a share, or an invitation of somebody who has no account yet.</summary>
/// <param name="Share">The share.</param>
/// <param name="Invitation">The invitation.</param>
public sealed record Sharing(Share? Share, Invitation? Invitation);

/// <summary>Whom cameras are shared with.</summary>
public sealed class ShareCalls
{
    private readonly Wire wire;

    internal ShareCalls(Wire wire) => this.wire = wire;

    /// <summary>Lists whom a camera is shared with, oldest first: <c>GET /v1/cameras/{id}/shares</c>.</summary>
    /// <param name="camera">The camera's id.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<IReadOnlyList<Share>> ListAsync(string camera, CancellationToken cancellation = default) =>
        (await wire.GetAsync($"v1/cameras/{camera}/shares", new(), ApiJson.Default.SharesAnswer, cancellation)).Shares ?? [];

    /// <summary>Lists what is shared with a user: <c>GET /v1/users/{id}/shares</c>.</summary>
    /// <param name="user">The user's name or email.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<IReadOnlyList<Share>> ListOfUserAsync(string user, CancellationToken cancellation = default) =>
        (await wire.GetAsync($"v1/users/{user}/shares", new(), ApiJson.Default.SharesAnswer, cancellation)).Shares ?? [];

    /// <summary>Shares a camera, or invites who has no account: <c>POST /v1/cameras/{id}/share</c>.</summary>
    /// <param name="camera">The camera's id.</param>
    /// <param name="email">The email of that person.</param>
    /// <param name="rights">What that person may do: <c>Snapshot</c>, <c>View</c>, <c>Edit</c>, <c>Delete</c>, <c>List</c>.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<Sharing> CreateAsync(
        string camera, string email, IEnumerable<string> rights, CancellationToken cancellation = default)
    {
        var answer = await wire.SendAsync(
            HttpMethod.Post,
            $"v1/cameras/{camera}/share",
            new() { { "email", email }, { "rights", rights } },
            ApiJson.Default.SharesAnswer,
            cancellation);
        return new(answer.Shares?.SingleOrDefault(), answer.ShareRequests?.SingleOrDefault());
    }

    /// <summary>Changes the rights of a share: <c>PATCH /v1/cameras/share/{id}</c>.</summary>
    /// <param name="share">The share's number.</param>
    /// <param name="rights">What that person may do from now on.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<Share> UpdateAsync(long share, IEnumerable<string> rights, CancellationToken cancellation = default) =>
        (await wire.SendAsync(
            HttpMethod.Patch, $"v1/cameras/share/{share}", new() { { "rights", rights } }, ApiJson.Default.SharesAnswer, cancellation))
        .Shares.One();

    /// <summary>Ends a share; one that there is not, too: <c>DELETE /v1/cameras/{id}/share</c>.</summary>
    /// <param name="camera">The camera's id.</param>
    /// <param name="share">The share's number.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task DeleteAsync(string camera, long share, CancellationToken cancellation = default) =>
        wire.DeleteAsync($"v1/cameras/{camera}/share", new() { { "share_id", share } }, cancellation);
}

internal sealed record SharesAnswer(IReadOnlyList<Share>? Shares, IReadOnlyList<Invitation>? ShareRequests);
