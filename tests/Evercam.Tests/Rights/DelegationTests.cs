using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Evercam.Server.OAuth;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Evercam.Tests.Walks;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Evercam.Tests.Rights;

public sealed class SqliteDelegationTests(SqliteApp shared) : DelegationTests(shared), IClassFixture<SqliteApp>;

public sealed class PostgresDelegationTests(PostgresApp shared) : DelegationTests(shared), IClassFixture<PostgresApp>;

/// <summary>Asks every route as a user, as an application that the user allowed everything there is, and as nobody: an application
/// never gets more than its user (contract 1.3), and whoever has no right no more than everyone (3.2).</summary>
public abstract class DelegationTests(SharedApp shared)
{
    private static readonly string[] Users =
        ["owner", "share:snapshot", "share:view", "share:edit", "share:delete", "share:list", "share:grant~view", "stranger"];

    private EvercamApp App => shared.App;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_application_never_gets_more_than_its_user(bool isPublic)
    {
        var callers = new MatrixCallers(App);
        await callers.AddAsync();
        var ground = await callers.AddGroundAsync(isPublic);
        var compared = 0;
        foreach (var route in ApiRoute.Of(App))
        {
            foreach (var name in Users)
            {
                // Allowed before anybody asks: what a user has allowed is told, too.
                var application = await App.AddClientAsync($"{name} {Guid.NewGuid()}");
                await AllowAsync(application, callers.Of(name, ground), ground);
                var direct = await AskAsync(route, ground, callers.KeysOf(name, ground));
                ground = await RenewAsync(route, direct, ground, callers, isPublic);

                var token = await AllowAsync(application, callers.Of(name, ground), ground);
                var asToken = await AskAsync(route, ground, "", token);
                ground = await RenewAsync(route, asToken, ground, callers, isPublic);
                NoMore($"{route} as {name} by a token", asToken, direct, route);

                await AllowAsync(application, callers.Of(name, ground), ground);
                var asClient = await AskAsync(route, ground, application.Keys);
                ground = await RenewAsync(route, asClient, ground, callers, isPublic);
                NoMore($"{route} as {name} by keys", asClient, direct, route);
                compared += asToken.IsRefused ? 0 : 1;
            }
        }

        // It gets much, or the walk would say nothing.
        Assert.True(compared > 150, $"{compared}");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_has_no_right_gets_no_more_than_everyone(bool isPublic)
    {
        var callers = new MatrixCallers(App);
        await callers.AddAsync();
        var ground = await callers.AddGroundAsync(isPublic);
        foreach (var route in ApiRoute.Of(App).Where(route => route.Need.Name is not ("a caller" or "a user" or "the webhook's user")))
        {
            // Everyone sees a public camera live, but this way of it asks who (contract 4.10).
            if (isPublic && NameOf(route) == "GET /cameras/{id}/live")
            {
                continue;
            }

            var anonymous = await AskAsync(route, ground, "");
            NoMore($"{route} as a stranger", await AskAsync(route, ground, callers.KeysOf("stranger", ground)), anonymous, route);
            NoMore(
                $"{route} as a stranger's client", await AskAsync(route, ground, callers.KeysOf("client of a stranger", ground)), anonymous, route);
        }
    }

    private static string NameOf(ApiRoute route) => $"{route.Method} {route.Pattern.RawText!["/v1".Length..].TrimEnd('/')}";

    private static void NoMore(string what, Answer less, Answer more, ApiRoute route)
    {
        Assert.True(less.Status is < 500 or 503, $"{what}: {less.Status} {less.Body}");
        Assert.True(less.IsRefused || !more.IsRefused, $"{what}: {less.Status} {less.Body}, where its better gets {more.Status} {more.Body}");
        if (route.Method == "GET" && !route.Need.IgnoresCredentials && less.Status == 200)
        {
            Assert.True(Holds(JsonNode.Parse(more.Body), JsonNode.Parse(less.Body)), $"{what}: {less.Body}, where its better gets {more.Body}");
        }
    }

    /// <summary>Whether all that one answer says stands in another one.</summary>
    private static bool Holds(JsonNode? more, JsonNode? less) => (more, less) switch
    {
        (JsonObject all, JsonObject some) => some.All(member => all.TryGetPropertyValue(member.Key, out var value) && Holds(value, member.Value)),
        (JsonArray all, JsonArray some) => some.All(item => all.Any(other => Holds(other, item))),
        _ => JsonNode.DeepEquals(more, less),
    };

    private async Task<Answer> AskAsync(ApiRoute route, MatrixGround ground, string keys, string? token = null)
    {
        using var request = MatrixRequest.Of(NameOf(route), ground, keys);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        using var answer = await App.Client.SendAsync(request, Cancellation);
        return new((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancellation));
    }

    private static async Task<MatrixGround> RenewAsync(
        ApiRoute route, Answer answer, MatrixGround ground, MatrixCallers callers, bool isPublic) =>
        answer.Status == 200 && MatrixRequest.EndsGround(NameOf(route)) ? await callers.AddGroundAsync(isPublic) : ground;

    /// <summary>The user allows the application all that there is, of the camera too, whatever the user may there.</summary>
    /// <returns>A token for it.</returns>
    private async Task<string> AllowAsync(TestUser application, TestUser user, MatrixGround ground)
    {
        var camera = await App.StoreAsync(db => db.Cameras.Where(c => c.Id == ground.Camera).Select(c => c.Key).SingleAsync(Cancellation));
        var scopes = new List<Scope> { new(user.Key, GrantedResource.Camera, camera, CameraRights.All) };
        scopes.AddRange(new[] { GrantedResource.Cameras, GrantedResource.Snapshots, GrantedResource.User }
            .Select(resource => new Scope(user.Key, resource, CameraKey: null, CameraRights.All)));
        await App.StoreAsync(async db =>
        {
            await db.Grants.Where(grant => grant.ClientKey == application.Key).ExecuteDeleteAsync(Cancellation);
            db.AddRange(scopes.Select(scope => new Grant
            {
                ClientKey = application.Key,
                UserKey = user.Key,
                Resource = scope.Resource,
                CameraKey = scope.CameraKey,
                Rights = scope.Rights,
                CreatedAt = 1_397_651_000,
            }));
            await db.SaveChangesAsync(Cancellation);
        });
        await using var services = App.Services.CreateAsyncScope();
        return await services.ServiceProvider.GetRequiredService<Tokens>().IssueAsync(
            TokenKind.Access, new TokenTerms(application.Key, user.Key, "all", Scope.Write(scopes)), Cancellation);
    }

    private sealed record Answer(int Status, string Body)
    {
        /// <summary>Whether the caller got nothing. What there is not, everyone is told.</summary>
        public bool IsRefused => Status is 401 or 403
            || Body is """{"message":"Camera not found"}""" or """{"message":"Requester is not a user."}""";
    }
}
