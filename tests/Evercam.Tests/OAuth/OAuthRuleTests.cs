using Evercam.Server.OAuth;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using static Evercam.Storage.Catalog.CameraRights;
using Resource = Evercam.Storage.Catalog.GrantedResource;

namespace Evercam.Tests.OAuth;

/// <summary>The rules of contract 2.2 to 2.6 that need no server.</summary>
public sealed class OAuthRuleTests
{
    public static TheoryData<string, GrantedResource, CameraRights, string?> Elements => new()
    {
        { "camera:snapshot:front-door", Resource.Camera, Snapshot, "front-door" },
        { "camera:grant~view:a", Resource.Camera, GrantView, "a" },
        { "camera:view:Front_Door.1", Resource.Camera, View, "Front_Door.1" },
        { "cameras:list", Resource.Cameras, List, null },
        { "cameras:edit:all", Resource.Cameras, Edit, null },
        { "cameras:delete:joe:x", Resource.Cameras, Delete, null },
        { "cameras:grant~snapshot", Resource.Cameras, GrantSnapshot, null },
        { "snapshots:view", Resource.Snapshots, View, null },
        { "snapshots:delete:all", Resource.Snapshots, Delete, null },
        { "user:edit", Resource.User, Edit, null },
        { "user:list:joe", Resource.User, List, null },
    };

    [Theory]
    [MemberData(nameof(Elements))]
    public void An_element_names_a_resource_and_a_right(string text, GrantedResource resource, CameraRights right, string? camera) =>
        Assert.Equal(new AskedScope(resource, right, camera), Assert.Single(AskedScope.Read(text)!));

    [Theory]
    [InlineData("user:view cameras:list")]
    [InlineData("user:view,cameras:list")]
    [InlineData(" user:view ,  cameras:list ")]
    [InlineData("user:view cameras:list user:view")]
    public void Elements_are_separated_by_blanks_or_commas(string text) =>
        Assert.Equal([new(Resource.User, View, null), new(Resource.Cameras, List, null)], AskedScope.Read(text)!);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData(",")]
    [InlineData("camera")]
    [InlineData("camera:view")]
    [InlineData("camera:view:")]
    [InlineData("camera::a")]
    [InlineData("camera:view:a:b")]
    [InlineData("camera:list,view:a")]
    [InlineData(":view:a")]
    [InlineData("Camera:view:a")]
    [InlineData("camera:View:a")]
    [InlineData("camera:grant~:a")]
    [InlineData("camera:grant~grant~view:a")]
    [InlineData("camera:own:a")]
    [InlineData("camera:view:ä")]
    [InlineData("camera:view:a\0")]
    [InlineData("cameras")]
    [InlineData("cameras:")]
    [InlineData("cameras:view:")]
    [InlineData("snapshots:snapshot")]
    [InlineData("snapshots:grant~view")]
    [InlineData("user:snapshot")]
    [InlineData("user:grant~view")]
    [InlineData("users:view")]
    [InlineData("openid")]
    [InlineData("user:view openid")]
    [InlineData("user:view\tcameras:list")]
    public void Anything_else_is_no_scope(string? text) => Assert.Null(AskedScope.Read(text));

    [Theory]
    [InlineData("https://example.org/back")]
    [InlineData("https://other.example/a?b=c")]
    [InlineData("http://127.0.0.1:8000/cb")]
    [InlineData("https://host.example/")]
    [InlineData("https://host.example")]
    [InlineData("https://HOST.example/any/path?and=query")]
    [InlineData("https://host.example:443/x")]
    [InlineData("https://port.example:8443/x")]
    [InlineData("http://localhost:3000/x")]
    [InlineData("https://localhost:3000/x")]
    [InlineData("http://[::1]:3000/x")]
    public void A_client_is_answered_where_it_said(string place) => Assert.True(CallbackUri.Matches(Registered, place));

    [Theory]
    [InlineData("https://example.org/Back")]
    [InlineData("https://example.org/back/")]
    [InlineData("https://example.org/back?x")]
    [InlineData("https://example.org/back#x")]
    [InlineData("https://example.org/back/../other")]
    [InlineData("https://example.org/back%2f..")]
    [InlineData("HTTPS://example.org/back")]
    [InlineData("http://example.org/back")]
    [InlineData("https://example.org:443/back")]
    [InlineData("https://example.org")]
    [InlineData("//example.org/back")]
    [InlineData("/back")]
    [InlineData("https://host.example.evil.example/")]
    [InlineData("https://evil.example/host.example")]
    [InlineData("https://sub.host.example/")]
    [InlineData("https://xhost.example/")]
    [InlineData("https://host.example:8443/")]
    [InlineData("https://port.example/")]
    [InlineData("https://port.example:443/")]
    [InlineData("http://host.example/")]
    [InlineData("http://localhost/")]
    [InlineData("https://host.example@evil.example/")]
    [InlineData("https://user:password@host.example/")]
    [InlineData("https://evil.example\\@host.example/")]
    [InlineData("https://host.example\\@evil.example/")]
    [InlineData("https:\\\\host.example/")]
    [InlineData("https:host.example")]
    [InlineData("https:///host.example/")]
    [InlineData("https://host.example/#x")]
    [InlineData("https://host.example/\r\nSet-Cookie: a=b")]
    [InlineData("https://host.example/ x")]
    [InlineData("https://host.example/ä")]
    [InlineData(" https://host.example/")]
    [InlineData("https://host.example\t/")]
    [InlineData("https://host.example./")]
    [InlineData("https://hoſt.example/")]
    [InlineData("javascript://host.example/%0aalert(1)")]
    [InlineData("ftp://host.example/")]
    [InlineData("host.example")]
    [InlineData("")]
    public void A_client_is_answered_nowhere_else(string place) => Assert.False(CallbackUri.Matches(Registered, place));

    [Fact]
    public void The_first_whole_uri_is_where_a_client_is_answered_by_default()
    {
        Assert.Equal("https://example.org/back", CallbackUri.DefaultOf(Registered));
        Assert.Null(CallbackUri.DefaultOf(["host.example", "ftp://host.example/", "https://host.example/#x"]));
        Assert.Null(CallbackUri.DefaultOf([]));
    }

    [Theory]
    [InlineData("https://a.example/b", null, "https://a.example/b#access_token=t&token_type=bearer&expires_in=3600")]
    [InlineData("https://a.example/b?c=d", "e", "https://a.example/b?c=d#access_token=t&token_type=bearer&expires_in=3600&state=e")]
    [InlineData("https://a.example", "", "https://a.example#access_token=t&token_type=bearer&expires_in=3600&state=")]
    [InlineData(
        "https://a.example", "a b&c=d/é~*-._#\r\n",
        "https://a.example#access_token=t&token_type=bearer&expires_in=3600&state=a+b%26c%3Dd%2F%C3%A9%7E*-._%23%0D%0A")]
    public void A_token_is_written_in_the_fragment(string place, string? state, string location) =>
        Assert.Equal(location, AnswerUri.OfToken(place, "t", TimeSpan.FromHours(1), state));

    [Theory]
    [InlineData("https://a.example/b", false, "https://a.example/b?code=c&state=s")]
    [InlineData("https://a.example/b?c=d", false, "https://a.example/b?c=d&code=c&state=s")]
    [InlineData("https://a.example/b?c=d", true, "https://a.example/b?c=d#code=c&state=s")]
    public void A_code_is_written_in_the_query(string place, bool inFragment, string location) =>
        Assert.Equal(location, AnswerUri.OfCode(place, "c", "s", !inFragment));

    [Fact]
    public void A_refusal_is_written_where_the_application_looks()
    {
        Assert.Equal(
            "https://a.example/?b#error=access_denied&error_description=No%2C+thanks&state=s",
            AnswerUri.OfError("https://a.example/?b", "access_denied", "No, thanks", "s", inQuery: false));
        Assert.Equal(
            "https://a.example/?b&error=access_denied&error_description=No",
            AnswerUri.OfError("https://a.example/?b", "access_denied", "No", null, inQuery: true));
    }

    [Fact]
    public void Scopes_are_kept_as_numbers()
    {
        IReadOnlyList<Scope> scopes = [new(7, Resource.Camera, 638_000_000_000_000_000, View | GrantView), new(7, Resource.User, null, All)];
        Assert.Equal(scopes, Scope.Read(7, Scope.Write(scopes)));
    }

    private static readonly string[] Registered =
    [
        "host.example", "https://example.org/back", "https://other.example/a?b=c", "http://127.0.0.1:8000/cb",
        "port.example:8443", "localhost:3000", "[::1]:3000",
    ];
}
