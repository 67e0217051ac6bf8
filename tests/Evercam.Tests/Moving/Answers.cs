using System.Security.Cryptography;
using Evercam.Tests.Rights;
using Evercam.Tests.Servers;

namespace Evercam.Tests.Moving;

/// <summary>What a server answers to everything that can be asked of what it keeps.</summary>
internal static class Answers
{
    /// <summary>These ask a camera, wait for what happens, or tell the time.</summary>
    private static readonly string[] OfNow =
        ["GET /cameras/{id}/snapshot.jpg", "GET /cameras/{id}/live", "GET /cameras/{id}/live.mjpeg", "GET /events", "GET /test", "GET /auth/test"];

    private static readonly Dictionary<string, string> Queries = new(MatrixRequest.Queries)
    {
        ["GET /cameras"] = "ids=gate,yard",
        ["GET /public/cameras"] = "id_contains=yard",
        ["GET /cameras/{id}/coverage"] = $"from={FilledServer.First}&to={FilledServer.First + 7_200}",
        ["GET /cameras/{id}/snapshots/range"] = $"from={FilledServer.First}&to={FilledServer.First + 7_200}&with_data=true",
        ["GET /cameras/{id}/snapshots/series"] = $"from={FilledServer.First}&to={FilledServer.First + 20_000}&every=1h",
        ["GET /cameras/{id}/snapshots/series.tar"] = $"from={FilledServer.First}&to={FilledServer.First + 20_000}&every=1h",
        ["GET /users/{id}/credentials"] = "password=secret",
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Asks each route for the gate and for the yard, as each caller and as nobody.</summary>
    /// <param name="server">The server.</param>
    /// <param name="client">The id of a client application.</param>
    /// <param name="webhook">The number of a webhook.</param>
    /// <param name="until">What the log has of later, nobody compares.</param>
    public static async Task<Dictionary<string, string>> AllAsync(EvercamProcess server, string client, long webhook, long until)
    {
        var answers = new Dictionary<string, string>();
        foreach (var caller in FilledServer.Callers.Append(null))
        {
            server.Client.DefaultRequestHeaders.Authorization = null;
            if (caller is not null)
            {
                server.SignIn(caller, FilledServer.PasswordOf(caller));
            }

            foreach (var (route, camera) in from row in RightsMatrix.Rows
                                            where row.Route.StartsWith("GET ", StringComparison.Ordinal) && !OfNow.Contains(row.Route)
                                            from camera in new[] { FilledServer.Camera, "yard" }
                                            select (row.Route, camera))
            {
                var query = route == "GET /cameras/{id}/logs" ? $"to={until}&objects=true" : Queries.GetValueOrDefault(route, "");
                var path = PathOf(route[5..], camera, client, webhook);
                answers[$"{caller ?? "nobody"}: {route} of {camera}"] = await AskAsync(server, $"{path}?{query}");
            }
        }

        return answers;
    }

    /// <summary>The same is answered as before.</summary>
    public static void ExpectSame(Dictionary<string, string> before, Dictionary<string, string> after)
    {
        List<string> different = [.. before.Where(one => after[one.Key] != one.Value).Select(one => $"{one}\n{after[one.Key]}")];
        Assert.True(different.Count == 0, string.Join('\n', different));
    }

    private static async Task<string> AskAsync(EvercamProcess server, string path)
    {
        using var answer = await server.Client.GetAsync(path, Cancellation);
        var body = await answer.Content.ReadAsByteArrayAsync(Cancellation);
        var isText = answer.Content.Headers.ContentType?.MediaType == "application/json";
        return $"{(int)answer.StatusCode} {answer.Content.Headers.ContentType} {answer.Headers.ETag} "
            + (isText ? System.Text.Encoding.UTF8.GetString(body) : Convert.ToHexString(SHA256.HashData(body)));
    }

    private static string PathOf(string path, string camera, string client, long webhook) => path
        .Replace(
            "{id}",
            path.StartsWith("users/", StringComparison.Ordinal) || path.StartsWith("shares/user", StringComparison.Ordinal) ? "joe"
            : path.StartsWith("client/", StringComparison.Ordinal) ? client
            : path.StartsWith("webhooks/", StringComparison.Ordinal) ? $"{webhook}"
            : camera,
            StringComparison.Ordinal)
        .Replace("{year}", "2001", StringComparison.Ordinal).Replace("{month}", "9", StringComparison.Ordinal)
        .Replace("{day}", "9", StringComparison.Ordinal).Replace("{hour}", "1", StringComparison.Ordinal)
        .Replace("{timelapse}", "0", StringComparison.Ordinal).Replace("{timestamp}", $"{FilledServer.Kept}", StringComparison.Ordinal)
        .Replace("{vendor}", "ycam", StringComparison.Ordinal).Replace("{model}", "*", StringComparison.Ordinal)
        .Replace("{mac}", "00:0D:F0", StringComparison.Ordinal);
}
