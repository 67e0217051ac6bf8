using Evercam.Tests.Snapshots;

namespace Evercam.Tests.Rights;

/// <summary>What is asked of a route: no more than it must have.</summary>
internal static class MatrixRequest
{
    /// <summary>What goes with a request, where rights are not looked at before it is there.</summary>
    public static IReadOnlyDictionary<string, string> Queries { get; } = new Dictionary<string, string>
    {
        ["GET /testusername"] = "username=nobody-has-this-name",
        ["GET /users/{id}/credentials"] = "password=correct-horse",
        ["GET /cameras"] = "ids={camera}",
        ["GET /public/cameras"] = "id_contains={camera}",
        ["POST /client"] = "name=&callback_uris=x&user_name=x&email=x",
        ["POST /cameras"] = "id=No%20id&name=x&is_public=true",
        ["POST /cameras/{id}/share"] = "email=x&rights=x",
        ["POST /shares/cameras/{id}"] = "email=x&rights=x",
        ["POST /shares/camera/{id}"] = "email=x&rights=x",
        ["DELETE /cameras/{id}/share"] = "share_id=0",
        ["DELETE /shares/cameras/{id}"] = "share_id=0",
        ["DELETE /shares/camera/{id}"] = "share_id=0",
        ["PUT /cameras/{id}/recording"] = "status=x",
        ["PATCH /cameras/share/{id}"] = "rights=x",
        ["PATCH /shares/cameras/{id}"] = "rights=x",
        ["PATCH /shares/camera/{id}"] = "rights=x",
        ["DELETE /cameras/{id}/shares/requests"] = "email=x",
        ["PATCH /cameras/{id}/shares/requests"] = "email=x&rights=x",
        ["DELETE /shares/requests/{id}"] = "email=x",
        ["PATCH /shares/requests/{id}"] = "rights=x",
        ["GET /cameras/{id}/coverage"] = "from=1&to=2",
        ["GET /cameras/{id}/snapshots/range"] = "from=1&to=2",
        ["POST /cameras/{id}/timelapses"] = "from=1&to=2&every=x",
        ["GET /cameras/{id}/snapshots/series"] = "from=1&to=2&every=1h",
        ["GET /cameras/{id}/snapshots/series.tar"] = "from=1&to=2&every=1h",
        ["GET /cameras/{id}/snapshots/series.mp4"] = "from=1&to=2&every=1h",
        ["GET /events"] = "types=x",
        ["POST /webhooks"] = "url=x",
    };

    /// <summary>Whether it leaves nothing of the ground, if it succeeds.</summary>
    public static bool EndsGround(string route) => route is "DELETE /cameras/{id}" or "DELETE /users/{id}" or "DELETE /client/{id}"
        or "DELETE /webhooks/{id}";

    /// <summary>Asks a route of the ground.</summary>
    /// <param name="route">Method and pattern.</param>
    /// <param name="ground">Whose camera, account, share.</param>
    /// <param name="keys">Who asks, as a query.</param>
    public static HttpRequestMessage Of(string route, MatrixGround ground, string keys)
    {
        var (method, path) = (route.Split(' ')[0], route.Split(' ')[1]);
        var query = Queries.GetValueOrDefault(route, "").Replace("{camera}", ground.Camera, StringComparison.Ordinal);
        return new(new(method), $"{PathOf(method, path, ground)}?{query}&{keys}")
        {
            Content = route == "POST /cameras/{id}/snapshots/{timestamp}" ? Stage.Form(notes: null, (Stage.Jpeg, "text/plain")) : null,
        };
    }

    private static string PathOf(string method, string path, MatrixGround ground)
    {
        var id = path.StartsWith("/users/", StringComparison.Ordinal) || path.StartsWith("/shares/user", StringComparison.Ordinal)
                ? ground.Owner.Name
            : path.StartsWith("/client/", StringComparison.Ordinal) ? ground.Application.ApiId
            : path.StartsWith("/webhooks/", StringComparison.Ordinal) ? $"{ground.Webhook}"
            : path == "/shares/requests/{id}" && method == "PATCH" ? $"{ground.Invitation}"
            : path.Contains("share", StringComparison.Ordinal) && method == "PATCH" && path[^1] == '}' ? $"{ground.Share}"
            : ground.Camera;
        return path.TrimStart('/').Replace("{id}", id, StringComparison.Ordinal)
            .Replace("{year}", "2014", StringComparison.Ordinal).Replace("{month}", "4", StringComparison.Ordinal)
            .Replace("{day}", "1", StringComparison.Ordinal).Replace("{hour}", "0", StringComparison.Ordinal).Replace("{timelapse}", "0", StringComparison.Ordinal)
            .Replace("{timestamp}", "1397651000", StringComparison.Ordinal)
            .Replace("{vendor}", "ycam", StringComparison.Ordinal).Replace("{model}", "*", StringComparison.Ordinal)
            .Replace("{mac}", "00:0D:F0", StringComparison.Ordinal);
    }
}
