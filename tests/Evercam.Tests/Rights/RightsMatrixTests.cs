using Evercam.Server.Http;
using Evercam.Tests.Snapshots;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Evercam.Tests.Rights;

public sealed class SqliteRightsMatrixTests(SqliteApp shared) : RightsMatrixTests(shared), IClassFixture<SqliteApp>;

public sealed class PostgresRightsMatrixTests(PostgresApp shared) : RightsMatrixTests(shared), IClassFixture<PostgresApp>;

/// <summary>Asks every endpoint as everyone, and compares with the table.</summary>
public abstract class RightsMatrixTests(SharedApp shared)
{
    /// <summary>What goes with a request, where rights are not looked at before it is there.</summary>
    private static readonly Dictionary<string, string> Queries = new()
    {
        ["GET /testusername"] = "username=nobody-has-this-name",
        ["GET /users/{id}/credentials"] = "password=correct-horse",
        ["GET /cameras"] = "ids={camera}",
        ["GET /public/cameras"] = "id_contains={camera}",
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
        ["GET /cameras/{id}/snapshots/range"] = "from=1&to=2",
    };

    private EvercamApp App => shared.App;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_endpoint_has_its_row()
    {
        var routes = App.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .Where(endpoint => ApiPath.PatternOf(endpoint) is not null)
            .SelectMany(endpoint => endpoint.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods
                .Where(method => method != "HEAD")
                .Select(method => $"{method} {ApiPath.PatternOf(endpoint)!.RawText![ApiPath.Root.Length..].TrimEnd('/')}"));
        Assert.Equal(routes.Order(), RightsMatrix.Rows.Select(row => row.Route).Order());
        Assert.Empty(Queries.Keys.Except(RightsMatrix.Rows.Select(row => row.Route)));
    }

    [Fact]
    public async Task Everyone_may_do_what_the_table_says_and_no_more()
    {
        var callers = new MatrixCallers(App);
        await callers.AddAsync();
        var wrong = new List<string>();
        foreach (var isPublic in new[] { false, true })
        {
            var ground = await callers.AddGroundAsync(isPublic);
            foreach (var row in RightsMatrix.Rows)
            {
                foreach (var caller in MatrixCallers.Names)
                {
                    var (answer, wanted) = (await AskAsync(row.Route, ground, callers.KeysOf(caller, ground)), row.Answer(caller, isPublic));
                    if (answer != wanted)
                    {
                        wrong.Add($"{(isPublic ? "public" : "private")}: {row.Route} as {caller}: {answer}, not {wanted}");
                    }

                    if (answer == "200" && row.Route is ("DELETE /cameras/{id}" or "DELETE /users/{id}" or "DELETE /client/{id}"))
                    {
                        ground = await callers.AddGroundAsync(isPublic);
                    }
                }
            }
        }

        Assert.Empty(wrong);
    }

    /// <summary>The status, and whether rules were broken, a camera was shown, or shown with its secrets.</summary>
    private async Task<string> AskAsync(string route, MatrixGround ground, string keys)
    {
        var (method, path) = (route.Split(' ')[0], route.Split(' ')[1]);
        var query = Queries.GetValueOrDefault(route, "").Replace("{camera}", ground.Camera, StringComparison.Ordinal);
        using var request = new HttpRequestMessage(new(method), $"{PathOf(method, path, ground)}?{query}&{keys}");
        if (route == "POST /cameras/{id}/snapshots/{timestamp}")
        {
            request.Content = Stage.Form(notes: null, (Stage.Jpeg, "text/plain"));
        }

        using var answer = await App.Client.SendAsync(request, Cancellation);
        var body = await answer.Content.ReadAsStringAsync(Cancellation);
        return $"{(int)answer.StatusCode}"
            + (body.StartsWith("""{"message":[""", StringComparison.Ordinal) ? " rules"
                : body.Contains(MatrixCallers.Secret, StringComparison.Ordinal) ? " whole"
                : body.Contains($"\"id\":\"{ground.Camera}\"", StringComparison.Ordinal) ? " shown"
                : "");
    }

    private static string PathOf(string method, string path, MatrixGround ground)
    {
        var id = path.StartsWith("/users/", StringComparison.Ordinal) || path.StartsWith("/shares/user", StringComparison.Ordinal)
                ? ground.Owner.Name
            : path.StartsWith("/client/", StringComparison.Ordinal) ? ground.Application.ApiId
            : path == "/shares/requests/{id}" && method == "PATCH" ? $"{ground.Invitation}"
            : path.Contains("share", StringComparison.Ordinal) && method == "PATCH" && path[^1] == '}' ? $"{ground.Share}"
            : ground.Camera;
        return path.TrimStart('/').Replace("{id}", id, StringComparison.Ordinal)
            .Replace("{year}", "2014", StringComparison.Ordinal).Replace("{month}", "4", StringComparison.Ordinal)
            .Replace("{day}", "1", StringComparison.Ordinal).Replace("{timestamp}", "1397651000", StringComparison.Ordinal)
            .Replace("{vendor}", "ycam", StringComparison.Ordinal).Replace("{model}", "*", StringComparison.Ordinal)
            .Replace("{mac}", "00:0D:F0", StringComparison.Ordinal);
    }
}
