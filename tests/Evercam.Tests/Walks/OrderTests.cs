namespace Evercam.Tests.Walks;

public sealed class SqliteOrderTests(SqliteWalk shared) : OrderTests(shared), IClassFixture<SqliteWalk>;

public sealed class PostgresOrderTests(PostgresWalk shared) : OrderTests(shared), IClassFixture<PostgresWalk>;

/// <summary>What is told first of much that is wrong (contract 0.7): who calls, what is missing or of a wrong type, what there is not,
/// what the caller may not, and rules last. The first of it is among the tests of every route.</summary>
public abstract class OrderTests(SharedApp shared) : IAsyncLifetime
{
    private Walker walker = null!;

    /// <summary>Those that need something of what their path names.</summary>
    private IEnumerable<ApiRoute> Routes =>
        ApiRoute.Of(shared.App).Where(route => route.Need.Caller && route.Names.Contains("id") && route.Need.Name != "a caller");

    public async ValueTask InitializeAsync() => walker = await Walker.SetOutAsync(shared.App);

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Wrong_types_are_told_before_what_is_not_there_and_what_one_may_not()
    {
        var told = 0;
        foreach (var route in Routes)
        {
            var names = (await walker.ParametersOfAsync(route)).Except(route.Names).ToList();
            told += names.Count;
            foreach (var name in names)
            {
                foreach (var (path, keys) in Places(route))
                {
                    var heard = route.HasBody
                        ? await walker.AskAsync(route.Method, $"{path}?{keys}", "application/json", $"{{\"{name}\":{{}}}}")
                        : await walker.AskAsync("GET", $"{path}?{name}[]=x&{keys}");
                    Assert.Equal((route, 400), (route, heard.Status));
                    Assert.Matches($"^{{\"message\":\"[^\"]*\\b{name} is invalid\\b", heard.Body);
                }
            }
        }

        Assert.True(told > 50, $"{told}");
    }

    [Fact]
    public async Task What_is_missing_is_told_before_what_is_not_there_and_what_one_may_not()
    {
        var told = 0;
        foreach (var route in Routes.Where(route => route.Method != "GET" || route.Pattern.RawText!.EndsWith("/range", StringComparison.Ordinal)))
        {
            var wanted = await walker.AskAsync(route.Method, $"{walker.PathOf(route, ("id", Walker.Absent))}?{walker.Keys}");
            if (!wanted.Body.Contains(" is missing", StringComparison.Ordinal))
            {
                continue;
            }

            told++;
            foreach (var (path, keys) in Places(route))
            {
                var heard = await walker.AskAsync(route.Method, $"{path}?{keys}");
                Assert.Equal((route, 400), (route, heard.Status));
                Assert.Matches("^{\"message\":\"[^\"]* is missing", heard.Body);
            }
        }

        Assert.True(told > 10, $"{told}");
    }

    [Fact]
    public async Task Rules_are_told_to_those_alone_who_may()
    {
        // To delete a client that there is not is no failure (contract 4.10).
        foreach (var route in Routes.Where(route => route.HasBody && $"{route}" != "DELETE /v1/client/{id}"))
        {
            // A null breaks the rule of whatever must not be blank, and is of a wrong type only where a file or a yes is wanted.
            var body = Walker.JsonOf(walker.Sound(route).Select(parameter => parameter.Key).Where(name => name is not ("data" or "is_public" or "enabled")), "null");
            foreach (var (path, keys) in Places(route))
            {
                var heard = await walker.AskAsync(route.Method, $"{path}?{keys}", "application/json", body);
                var wantsFile = heard.Body == """{"message":"data is missing"}""";
                Assert.True(wantsFile || heard.Status is 403 or 404, $"{route} {path}: {heard.Status} {heard.Body}");
            }
        }
    }

    /// <summary>Nothing, to someone who may much; and what there is, to someone who may nothing of it.</summary>
    private IEnumerable<(string Path, string Keys)> Places(ApiRoute route)
    {
        var isNumber = route.Need.Name == "camera owner" && route.Method == "PATCH" && route.Pattern.RawText!.EndsWith("/{id}", StringComparison.Ordinal);
        yield return (walker.PathOf(route, ("id", isNumber ? "0" : Walker.Absent)), walker.Keys);
        if (!route.EndsWhatItNames && !isNumber)
        {
            yield return (walker.PathOf(route), walker.StrangersKeys);
        }
    }
}
