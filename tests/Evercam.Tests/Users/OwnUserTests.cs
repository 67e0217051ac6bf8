using Evercam.Storage.Catalog;
using Evercam.Tests.Storage;
using static Evercam.Tests.People;

namespace Evercam.Tests.Users;

public sealed class SqliteOwnUserTests(SqliteApp shared) : OwnUserTests(shared), IClassFixture<SqliteApp>;

public sealed class PostgresOwnUserTests(PostgresApp shared) : OwnUserTests(shared), IClassFixture<PostgresApp>;

/// <summary>Who is logged in (contract 2.11).</summary>
public abstract class OwnUserTests(SharedApp shared) : IAsyncLifetime
{
    private const string Path = "/user";

    private readonly Surfer surfer = new(shared.App);
    private TestUser joe = null!;

    private EvercamApp App => shared.App;

    private string Joe =>
        $$"""{"id":"{{joe.Name}}","created_at":1397651000,"updated_at":1397651000,"confirmed_at":null,"forename":"{{joe.Name}}","lastname":"Bloggs","username":"{{joe.Name}}","email":"{{joe.Email}}","country":"ie"}""";

    public async ValueTask InitializeAsync() => joe = await App.AddUserAsync(CatalogRows.Fresh("joe"));

    public ValueTask DisposeAsync()
    {
        surfer.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Whoever_is_logged_in_is_told_as_a_bare_object_and_others_are_told_that_nobody_is()
    {
        IsNobody(await surfer.GetAsync(Path));
        await surfer.LogInAsync(joe);
        var shown = await surfer.GetAsync(Path);
        Assert.Equal((200, Joe, "application/json; charset=utf-8"), (shown.Status, shown.Body, shown.Header("Content-Type")));
        Assert.Equal(("no-store", "nosniff"), (shown.Header("Cache-Control"), shown.Header("X-Content-Type-Options")));
        Assert.Equal((200, ""), (await surfer.HeadAsync(Path) is var head ? (head.Status, head.Body) : default));

        // Also for people: what answers here is no page.
        Assert.Equal(302, (await surfer.PostAsync("/logout")).Status);
        IsNobody(await surfer.GetAsync(Path, ("Accept", "text/html")));
        IsNobody(await surfer.GetAsync(Path, ("Cookie", "evercam_session=stale")));
    }

    [Fact]
    public async Task Scripts_of_the_same_site_may_read_it_with_the_cookie()
    {
        await surfer.LogInAsync(joe);
        var read = await surfer.GetAsync(Path, ("Origin", "https://dashboard.example.org"));
        Assert.Equal((200, "https://dashboard.example.org", "true"), (
            read.Status, read.Header("Access-Control-Allow-Origin"), read.Header("Access-Control-Allow-Credentials")));
        Assert.Equal(405, (await surfer.PostAsync(Path)).Status);
    }

    [Fact]
    public async Task Who_calls_in_another_way_is_told_too_but_applications_are_no_users()
    {
        Assert.Equal((200, Joe), await AskAsync(new(joe.Name, joe.Basic)));
        Assert.Equal((200, Joe), await AskAsync(new(joe.Name, Keys: joe.Keys)));
        Assert.Equal(Refusal(401, "Unauthenticated"), await AskAsync(new(joe.Name, Basic(joe.Name, "wrong"))));
        var application = await App.AddClientAsync(new Person(joe.Name), GrantedResource.User, CameraRights.View);
        Assert.Equal(Refusal(404, "Not Found"), await AskAsync(application));
    }

    private static void IsNobody(Sight answer) => Assert.Equal(Refusal(404, "Not Found"), (answer.Status, answer.Body));

    /// <summary>The address begins at the server's root.</summary>
    private Task<(int Status, string Body)> AskAsync(Person caller) => App.AskAsync("GET", Path, caller, content: null);
}
