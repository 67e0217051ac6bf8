using Evercam.Server.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Evercam.Tests.Rights;

public sealed class SqliteRightsMatrixTests(SqliteApp shared) : RightsMatrixTests(shared), IClassFixture<SqliteApp>;

public sealed class PostgresRightsMatrixTests(PostgresApp shared) : RightsMatrixTests(shared), IClassFixture<PostgresApp>;

/// <summary>Asks every endpoint as everyone, and compares with the table.</summary>
public abstract class RightsMatrixTests(SharedApp shared)
{
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
        Assert.Empty(MatrixRequest.Queries.Keys.Except(RightsMatrix.Rows.Select(row => row.Route)));
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

                    if (answer == "200" && MatrixRequest.EndsGround(row.Route))
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
        using var request = MatrixRequest.Of(route, ground, keys);
        using var answer = await App.Client.SendAsync(request, Cancellation);
        var body = await answer.Content.ReadAsStringAsync(Cancellation);
        return $"{(int)answer.StatusCode}"
            + (body.StartsWith("""{"message":[""", StringComparison.Ordinal) ? " rules"
                : body.Contains(MatrixCallers.Secret, StringComparison.Ordinal) ? " whole"
                : body.Contains($"\"id\":\"{ground.Camera}\"", StringComparison.Ordinal) ? " shown"
                : "");
    }
}
