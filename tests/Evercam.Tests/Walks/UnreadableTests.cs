using System.Text.RegularExpressions;

namespace Evercam.Tests.Walks;

public sealed class SqliteUnreadableTests(SqliteWalk shared) : UnreadableTests(shared), IClassFixture<SqliteWalk>;

public sealed class PostgresUnreadableTests(PostgresWalk shared) : UnreadableTests(shared), IClassFixture<PostgresWalk>;

/// <summary>Requests that cannot be read or should not be, to every route.</summary>
public abstract partial class UnreadableTests(SharedApp shared) : IAsyncLifetime
{
    private Walker walker = null!;

    private IReadOnlyList<ApiRoute> Routes => ApiRoute.Of(shared.App);

    public async ValueTask InitializeAsync() => walker = await Walker.SetOutAsync(shared.App);

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Odd_queries_behind_every_path()
    {
        foreach (var route in Routes)
        {
            foreach (var query in Odd.Queries)
            {
                var heard = await walker.AskAsync(
                    route.Method, $"{walker.PathOf(route)}?{query}", headers => headers.Authorization = walker.Basic);
                Walker.IsSound($"{route} ?{query}", heard);
            }
        }
    }

    [Fact]
    public async Task Odd_bodies_of_odd_types_to_every_path()
    {
        foreach (var route in Routes.Where(route => route.HasBody))
        {
            foreach (var (body, type) in from body in Odd.Bodies from type in Odd.Types select (body, type))
            {
                var heard = await walker.AskAsync(route.Method, $"{walker.PathOf(route)}?{walker.Keys}", type, body);
                Walker.IsSound($"{route} {type} {Odd.Start(body)}", heard);
            }
        }
    }

    [Fact]
    public async Task Odd_requests_for_what_lies_beside_the_api()
    {
        var routes = ApiRoute.Beside(shared.App);
        Assert.Contains(("GET", "/readyz"), routes);
        foreach (var (method, pattern) in routes)
        {
            foreach (var segment in Odd.Segments)
            {
                var path = Name().IsMatch(pattern) ? Name().Replace(pattern, segment) : pattern + segment;
                Assert.Matches(@"\AHTTP/1\.1 [234]", await walker.SendRawAsync(method, path));
            }

            var known = Name().Replace(pattern, "1");
            foreach (var query in Odd.Queries.Concat(["rt=%0D%0AX:y", "rt=//example.org", "rt=/%F0%9F%98%80"]))
            {
                IsNoBug($"{method} {known}?{query}", await walker.AskAsync(method, $"{known}?{query}"));
            }

            if (method == "POST")
            {
                await SendBodiesAsync(known);
            }
        }
    }

    private async Task SendBodiesAsync(string path)
    {
        foreach (var (body, type) in from body in Odd.Bodies.Append("username=%00&password=%ff&rt=%0a") from type in Odd.Types select (body, type))
        {
            IsNoBug($"POST {path} {type} {Odd.Start(body)}", await walker.AskAsync("POST", path, type, body));
        }
    }

    private static void IsNoBug(string what, Heard heard) => Assert.True(heard.Status < 500, $"{what}: {heard.Status} {heard.Body}");

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Name();
}
