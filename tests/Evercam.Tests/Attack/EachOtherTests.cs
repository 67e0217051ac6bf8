using System.Text.Json.Nodes;
using Evercam.Tests.Walks;

namespace Evercam.Tests.Attack;

/// <summary>Two who have one of everything, and one of them knows all names and numbers of the other's.</summary>
public sealed class EachOtherTests(SqliteWalk shared) : IClassFixture<SqliteWalk>
{
    private EvercamApp App => shared.App;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nobody_sees_or_changes_what_is_anothers_whatever_id_stands_where()
    {
        var walker = await Walker.SetOutAsync(App);
        var victim = await Party.SetAsync(App);
        var before = await WholeDatabase.ReadAsync(App, Cancellation);
        var attacker = await Party.SetAsync(App);
        var asked = 0;
        foreach (var route in ApiRoute.Of(App))
        {
            foreach (var path in PathsOf(route, victim, attacker).Distinct())
            {
                foreach (var email in new[] { victim.User.Email, victim.InvitedEmail })
                {
                    asked++;
                    var heard = await AskAsync(walker, route, path, ParametersOf(walker, route, victim, email), attacker.User.Keys);
                    Walker.IsSound($"{route} {path}", heard);
                    Assert.All(
                        victim.Secrets.Where(secret => !IsKnownTo(attacker, secret, path, email)),
                        secret => Assert.False(heard.Body.Contains(secret, StringComparison.Ordinal), $"{route} {path}: {heard.Body}"));
                }
            }
        }

        Assert.True(asked > 1_500, $"{asked}");
        var after = (await WholeDatabase.ReadAsync(App, Cancellation)).Select(row => row.ToString()).ToHashSet();
        Assert.All(before.Select(row => row.ToString()), row => Assert.Contains(row, after));

        // The one has the pictures that go with the rows; and the other had all the rights that it has to its own.
        foreach (var (path, party, said) in new[]
        {
            ("cameras/{0}", victim, victim.Secrets[2]),
            ("cameras/{0}/snapshots/1397651000", victim, victim.Secrets[4]),
            ("cameras/{0}", attacker, "\"cam_password\":\"s3cret\""),
        })
        {
            var (status, body) = await App.AskAsync("GET", $"{path.Replace("{0}", party.Camera, StringComparison.Ordinal)}?{party.User.Keys}");
            Assert.True(status == 200 && body.Contains(said, StringComparison.Ordinal), body);
        }
    }

    /// <summary>Whoever writes an address into a request may be told of it, and of those whom the own camera was shared with by it.</summary>
    private static bool IsKnownTo(Party attacker, string secret, string path, string email) =>
        secret.Contains('@', StringComparison.Ordinal)
        && (secret == email || path.Contains(secret, StringComparison.Ordinal) || path.Contains(attacker.Camera, StringComparison.Ordinal));

    /// <summary>All ids of the one in each place of an id; and, where an id stands elsewhere, the other's own in the path.</summary>
    private static IEnumerable<string> PathsOf(ApiRoute route, Party victim, Party attacker)
    {
        foreach (var id in victim.Ids.Concat(route.EndsWhatItNames ? [] : [OwnOf(route, attacker)]))
        {
            yield return route.Path(name => name switch
            {
                "id" => id,
                "timelapse" => victim.Timelapse,
                "timestamp" => Party.Second,
                "year" => "2014",
                "month" => "4",
                "day" => "16",
                "hour" => "12",
                "vendor" => "ycam",
                "model" => "*",
                _ => "00:0D:F0",
            });
        }
    }

    internal static string OwnOf(ApiRoute route, Party party)
    {
        var path = route.Pattern.RawText!;
        return path.StartsWith("/v1/users/", StringComparison.Ordinal) || path.StartsWith("/v1/shares/user", StringComparison.Ordinal) ? party.User.Name
            : path.StartsWith("/v1/client/", StringComparison.Ordinal) ? party.Application.ApiId
            : path.StartsWith("/v1/webhooks/", StringComparison.Ordinal) ? party.Webhook
            : path == "/v1/shares/requests/{id}" && route.Method == "PATCH" ? party.Invitation
            : path.Contains("share", StringComparison.Ordinal) && route.Method == "PATCH" && path[^1] == '}' ? party.Share
            : party.Camera;
    }

    /// <summary>Everything that any route asks for, and of all ids the other's.</summary>
    private static JsonObject ParametersOf(Walker walker, ApiRoute route, Party victim, string email)
    {
        var parameters = walker.Sound(route);
        foreach (var (name, value) in new (string, JsonNode?)[]
        {
            ("id", victim.Camera), ("share_id", long.Parse(email == victim.User.Email ? victim.Share : victim.Invitation, null)), ("ids", victim.Camera),
            ("cameras", new JsonArray(victim.Camera)), ("email", email), ("user_name", victim.User.Name), ("username", victim.User.Name),
            ("mac_address", victim.Mac), ("from", 1_397_651_000), ("to", 1_397_651_000), ("every", "1h"), ("events", new JsonArray("camera.offline")),
        })
        {
            parameters[name] = value;
        }

        return parameters;
    }

    private static Task<Heard> AskAsync(Walker walker, ApiRoute route, string path, JsonObject parameters, string keys) => route.HasBody
        ? walker.AskAsync(route.Method, $"{path}?{keys}", "application/json", parameters.ToJsonString())
        : walker.AskAsync(
            "GET",
            $"{path}?{string.Join('&', parameters.Select(pair => $"{pair.Key}={Uri.EscapeDataString($"{(pair.Value is JsonArray list ? list[0] : pair.Value)}")}"))}&{keys}");
}
