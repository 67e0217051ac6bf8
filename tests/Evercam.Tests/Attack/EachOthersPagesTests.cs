using Evercam.Server.Pages;
using Evercam.Tests.Walks;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Evercam.Tests.Attack;

/// <summary>Two who have one of everything, and one of them is at the pages with all names and numbers of the other's.</summary>
public sealed class EachOthersPagesTests(SqliteWalk shared) : IClassFixture<SqliteWalk>
{
    /// <summary>Every button of every form that has several.</summary>
    private static readonly string[] Buttons =
        ["", "save", "test", "maker", "fill", "models", "change", "end", "withdraw", "share", "keep", "release", "codes", "on", "off"];

    private EvercamApp App => shared.App;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The pages that are about something, or about who is logged in; but not those that end the log-in.</summary>
    private IEnumerable<(RouteEndpoint Route, string Method)> Pages =>
        from route in App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        let need = route.Metadata.GetMetadata<PageNeed>()
        where need is not null && (need.LogIn || route.RoutePattern.Parameters.Count > 0)
        where !route.RoutePattern.RawText!.EndsWith("/logout", StringComparison.Ordinal)
        orderby route.RoutePattern.RawText!.EndsWith("/delete", StringComparison.Ordinal)
        from method in route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods
        where method is "GET" or "POST"
        select (route, method);

    [Fact]
    public async Task No_page_shows_or_changes_what_is_anothers_whatever_id_stands_where()
    {
        var victim = await Party.SetAsync(App);
        var before = await WholeDatabase.ReadAsync(App, Cancellation);
        var attacker = await Party.SetAsync(App);
        using var surfer = new Surfer(App);
        await surfer.LogInAsync(attacker.User);
        var (walked, own) = (new HashSet<string>(), new HashSet<string>());
        foreach (var (route, method) in Pages)
        {
            var pattern = route.RoutePattern.RawText!;
            walked.Add(pattern);
            foreach (var button in method == "POST" ? Buttons : [""])
            {
                var nothing = await AskAsync(PathOf(route, "absent", victim), button);
                foreach (var path in victim.Ids.Append(OwnOf(pattern, attacker)).Select(id => PathOf(route, Uri.EscapeDataString(id), victim)).Distinct())
                {
                    var seen = await AskAsync(path, button);
                    var what = $"{method} {path} {button}: {seen.Status} {seen.Location}";
                    Assert.True(seen.Status is 200 or 302 or 400 or 403 or 404 or 409 or 429, what);
                    Assert.All(
                        victim.Secrets.Where(secret => !secret.Contains('@', StringComparison.Ordinal)),
                        secret => Assert.False(seen.Body.Contains(secret, StringComparison.Ordinal), what));
                    if (route.RoutePattern.Parameters.Count > 0 && path != PathOf(route, OwnOf(pattern, attacker), victim))
                    {
                        Assert.True(seen.Ends == nothing.Ends && seen.Status != 200, $"{what}, and where there is nothing {nothing.Status} {nothing.Location}");
                    }
                    else if (seen.Status == 200)
                    {
                        own.Add(pattern);
                    }
                }
            }

            Task<Sight> AskAsync(string path, string button) => method == "POST"
                ? surfer.PostAsync(path, FieldsOf(victim, button))
                : surfer.GetAsync($"{path}?{string.Join('&', FieldsOf(victim, button).Select(field => $"{field.Name}={Uri.EscapeDataString(field.Value)}"))}");
        }

        Assert.Superset(
            new HashSet<string>(["/account/webhooks/{id}", "/account/clients/{id}", "/cameras/{id}/settings", "/cameras/{id}/sharing", "/cameras/{id}/recording"]), own);
        Assert.True(walked.Count > 25, string.Join(' ', walked));
        var after = (await WholeDatabase.ReadAsync(App, Cancellation)).Select(row => row.ToString()).ToHashSet();
        Assert.All(before.Select(row => row.ToString()), row => Assert.Contains(row, after));
        Assert.Equal(200, (await App.AskAsync("GET", $"cameras/{victim.Camera}/snapshots/{Party.Second}?{victim.User.Keys}")).Status);
    }

    private static string OwnOf(string pattern, Party party) =>
        pattern.StartsWith("/account/clients/", StringComparison.Ordinal) ? party.Application.ApiId
        : pattern.StartsWith("/account/webhooks/", StringComparison.Ordinal) ? party.Webhook
        : party.Camera;

    private static string PathOf(RouteEndpoint route, string id, Party victim) => new ApiRoute("GET", route.RoutePattern, null!).Path(name => name switch
    {
        "id" => id,
        "timelapse" => victim.Timelapse,
        "year" => "2014",
        "month" => "4",
        "day" => "16",
        "hour" => "12",
        _ => "1",
    });

    /// <summary>What forms and links name other things by, and of all the other's. Without a password, which nobody else knows.</summary>
    private static (string Name, string Value)[] FieldsOf(Party victim, string button) =>
    [
        ("action", button), ("share", victim.Share), ("invitation", victim.Invitation), ("delete", victim.Timelapse), ("second", Party.Second), ("id", victim.Camera),
        ("application", victim.Application.ApiId), ("cameras", victim.Camera), ("person", victim.User.Name), ("u", victim.User.Name), ("username", victim.User.Name),
        ("timelapse", victim.Timelapse), ("webhook", victim.Webhook), ("before", "1"), ("snapshot", "true"), ("list", "true"), ("view", "true"), ("mac_address", victim.Mac),
    ];
}
