namespace Evercam.Api;

/// <summary>Cameras, and what they are.</summary>
public sealed class CameraCalls
{
    private const int PageSize = 100;

    private readonly Wire wire;

    internal CameraCalls(Wire wire) => this.wire = wire;

    /// <summary>Registers a camera: <c>POST /v1/cameras</c>.</summary>
    /// <param name="camera">What it is.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<Camera> CreateAsync(NewCamera camera, CancellationToken cancellation = default) => One(await wire.SendAsync(
        HttpMethod.Post, $"v1/cameras", camera.ToFields(), ApiJson.Default.CamerasAnswer, cancellation));

    /// <summary>Shows a camera: <c>GET /v1/cameras/{id}</c>.</summary>
    /// <param name="id">The camera's id, or its MAC address.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<Camera> GetAsync(string id, CancellationToken cancellation = default) =>
        One(await wire.GetAsync($"v1/cameras/{id}", new(), ApiJson.Default.CamerasAnswer, cancellation));

    /// <summary>Shows cameras by their ids, as far as the caller may see them; others are left out: <c>GET /v1/cameras</c>.</summary>
    /// <param name="ids">Their ids.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<IReadOnlyList<Camera>> GetManyAsync(IEnumerable<string> ids, CancellationToken cancellation = default) =>
        (await wire.GetAsync($"v1/cameras", new() { { "ids", ids } }, ApiJson.Default.CamerasAnswer, cancellation)).Cameras;

    /// <summary>Lists the cameras that a user owns, oldest first: <c>GET /v1/users/{id}/cameras</c>.</summary>
    /// <param name="user">The user's name or email.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<IReadOnlyList<Camera>> ListOfUserAsync(string user, CancellationToken cancellation = default) =>
        (await wire.GetAsync($"v1/users/{user}/cameras", new(), ApiJson.Default.CamerasAnswer, cancellation)).Cameras;

    /// <summary>Lists the cameras that everyone may find, by id: <c>GET /v1/public/cameras</c>.</summary>
    /// <param name="search">Which ones; all if it is <see langword="null"/>.</param>
    /// <param name="cancellation">Ends the list.</param>
    public IAsyncEnumerable<Camera> ListPublicAsync(CameraSearch? search = null, CancellationToken cancellation = default) =>
        Pages.CountedAsync(
            async (seen, cancellation) => (await wire.GetAsync(
                $"v1/public/cameras",
                new()
                {
                    { "offset", seen },
                    { "limit", PageSize },
                    { "id_starts_with", search?.IdStartsWith },
                    { "id_ends_with", search?.IdEndsWith },
                    { "id_contains", search?.IdContains },
                    { "case_sensitive", search?.CaseSensitive },
                },
                ApiJson.Default.CamerasAnswer,
                cancellation)).Cameras,
            PageSize,
            cancellation);

    /// <summary>Fetches a picture from a camera that need not be registered: <c>GET /v1/cameras/test</c>.</summary>
    /// <param name="address">Where it is: scheme, host and port.</param>
    /// <param name="path">The path of its picture.</param>
    /// <param name="userName">The user name that it asks for; blank for none.</param>
    /// <param name="password">The password that it asks for.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<Picture> TryAsync(
        Uri address, string path, string userName = "", string password = "", CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        var query = new Fields
        {
            { "external_url", address.GetLeftPart(UriPartial.Authority) },
            { "jpg_url", path },
            { "cam_username", userName },
            { "cam_password", password },
        };
        return Picture.OfAnswer((await wire.GetAsync($"v1/cameras/test", query, ApiJson.Default.TrialAnswer, cancellation)).Data);
    }

    /// <summary>Changes a camera: <c>PATCH /v1/cameras/{id}</c>.</summary>
    /// <param name="id">The camera's id.</param>
    /// <param name="change">What is to change.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<Camera> UpdateAsync(string id, CameraChange change, CancellationToken cancellation = default) => One(await wire.SendAsync(
        HttpMethod.Patch, $"v1/cameras/{id}", change.ToFields(), ApiJson.Default.CamerasAnswer, cancellation));

    /// <summary>Deletes a camera with its pictures: <c>DELETE /v1/cameras/{id}</c>.</summary>
    /// <param name="id">The camera's id.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task DeleteAsync(string id, CancellationToken cancellation = default) =>
        wire.DeleteAsync($"v1/cameras/{id}", new(), cancellation);

    private static Camera One(CamerasAnswer answer) => answer.Cameras.One();
}
