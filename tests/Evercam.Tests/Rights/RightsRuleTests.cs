using CsCheck;
using Evercam.Server.Http;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using static Evercam.Storage.Catalog.CameraRights;

namespace Evercam.Tests.Rights;

/// <summary>The tables of contract 3.2, 3.4 and 3.5, row by row.</summary>
public class RightsRuleTests
{
    private const long Owner = 1;
    private const long Sharee = 2;
    private const long Stranger = 3;
    private const long Client = 9;
    private const CameraRights Public = Snapshot | List;
    private const CameraRights Shared = View | Edit | GrantView;

    private static readonly Gen<CameraRights> Rights = Gen.Int[0, (int)All].Select(number => (CameraRights)number & All);

    private static readonly CameraFacts Camera = new(
        100, "front-door", Owner, IsPublic: false, "Etc/UTC", new Dictionary<long, CameraRights> { [Sharee] = Shared });

    public static TheoryData<string, CameraRights> CameraTable => new()
    {
        { "anonymous", None },
        { "stranger", None },
        { "client without a grant", None },
        { "owner", All },
        { "sharee", Shared },
        { "user with the owner's cameras:edit", Edit },
        { "client with the owner's cameras:edit", Edit },
        { "client with the sharee's cameras:edit", None },
        { "client with the owner's camera:delete", Delete },
        { "client with the owner's camera:delete of another camera", None },
        { "client with the sharee's camera:edit", Edit },
        { "client with the sharee's camera:delete", None },
        { "client with the stranger's camera:view", None },
        { "client with the owner's camera:view and the sharee's camera:edit", View | Edit },
        { "client with the owner's snapshots:view", None },
        { "client with the owner's user:view", None },
        { "client with the owner's camera:grant~view", GrantView },
    };

    public static TheoryData<string, CameraRights> SnapshotTable => new()
    {
        { "anonymous", None },
        { "stranger", None },
        { "client without a grant", None },
        { "owner", All },
        { "sharee", List | View },
        { "client with the owner's cameras:edit", None },
        { "client with the owner's camera:view", None },
        { "client with the owner's snapshots:view", View },
        { "client with the owner's snapshots:list and snapshots:delete", List | Delete },
        { "client with the sharee's snapshots:view", None },
        { "client with the stranger's snapshots:view", None },
    };

    [Theory]
    [MemberData(nameof(CameraTable))]
    public void A_private_camera_is_open_to_whom_it_was_given(string caller, CameraRights wanted) =>
        Assert.Equal(new(wanted, wanted), RightsRule.OfCamera(Called(caller), Camera));

    [Theory]
    [MemberData(nameof(CameraTable))]
    public void A_public_camera_adds_the_public_rights(string caller, CameraRights wanted) =>
        Assert.Equal(new(wanted, wanted | Public), RightsRule.OfCamera(Called(caller), Camera with { IsPublic = true }));

    [Theory]
    [MemberData(nameof(SnapshotTable))]
    public void Stored_snapshots_have_rights_of_their_own(string caller, CameraRights wanted)
    {
        Assert.Equal(wanted, RightsRule.OfSnapshots(Called(caller), Camera));
        Assert.Equal(wanted, RightsRule.OfSnapshots(Called(caller), Camera with { IsPublic = true }));
    }

    [Fact]
    public void A_share_without_view_opens_no_archive()
    {
        var camera = Camera with { Shares = new Dictionary<long, CameraRights> { [Sharee] = All & ~View } };
        Assert.Equal(None, RightsRule.OfSnapshots(Called("sharee"), camera));
    }

    [Fact]
    public void A_public_snapshot_is_open_to_every_caller_but_anonymous_ones()
    {
        Assert.Equal(List | View, RightsRule.OfSnapshots(Called("stranger"), Camera, isPublic: true));
        Assert.Equal(List | View, RightsRule.OfSnapshots(Called("client without a grant"), Camera, isPublic: true));
        Assert.Equal(None, RightsRule.OfSnapshots(Called("anonymous"), Camera, isPublic: true));
    }

    [Theory]
    [InlineData("anonymous", None)]
    [InlineData("stranger", None)]
    [InlineData("owner", All)]
    [InlineData("client without a grant", None)]
    [InlineData("client with the owner's user:view", View)]
    [InlineData("client with the stranger's user:view", None)]
    [InlineData("client with the owner's cameras:edit", None)]
    public void An_account_belongs_to_its_user(string caller, CameraRights wanted) =>
        Assert.Equal(wanted, RightsRule.OfAccount(Called(caller), Owner));

    [Fact]
    public void A_scope_shrinks_with_the_share_that_it_rests_on()
    {
        var client = Called("client with the sharee's camera:edit");
        var unshared = Camera with { Shares = new Dictionary<long, CameraRights>() };
        Assert.Equal(None, RightsRule.OfCamera(client, unshared).All);
    }

    [Fact]
    public void A_client_never_has_more_than_those_it_acts_for() =>
        Gen.Select(Rights, Rights, Gen.Bool, Gen.OneOf(Owner, Sharee, Stranger)).Sample((scope, share, open, user) =>
        {
            var camera = Camera with { IsPublic = open, Shares = new Dictionary<long, CameraRights> { [Sharee] = share } };
            var person = RightsRule.OfCamera(new Caller(CallerScheme.Basic) { UserKey = user }, camera);
            var client = RightsRule.OfCamera(
                Acting(
                    new Scope(user, GrantedResource.Camera, camera.Key, scope),
                    new Scope(user, GrantedResource.Cameras, null, scope)),
                camera);
            Assert.Equal(None, client.Given & ~person.Given);
            Assert.Equal(None, client.All & ~person.All);
            Assert.Equal(None, client.Given & ~scope);
        });

    private static Caller Called(string who)
    {
        const string client = "client with ";
        return who switch
        {
            "anonymous" => Caller.Anonymous,
            "owner" => new(CallerScheme.Basic) { UserKey = Owner },
            "sharee" => new(CallerScheme.Keys) { UserKey = Sharee },
            "stranger" => new(CallerScheme.Session) { UserKey = Stranger },
            "client without a grant" => Acting(),
            "user with the owner's cameras:edit" =>
                new(CallerScheme.Basic) { UserKey = Stranger, Scopes = [ScopeOf("the owner's cameras:edit")] },
            _ => Acting([.. ScopesOf(who[client.Length..])]),
        };
    }

    private static Caller Acting(params Scope[] scopes) => new(CallerScheme.Bearer) { ClientKey = Client, Scopes = scopes };

    private static IEnumerable<Scope> ScopesOf(string words)
    {
        var user = words[..words.IndexOf("'s ", StringComparison.Ordinal)];
        return words.Split(" and ")
            .Select(part => ScopeOf(part.Contains("'s ", StringComparison.Ordinal) ? part : $"{user}'s {part}"));
    }

    /// <summary>Such as <c>the owner's camera:edit of another camera</c>.</summary>
    private static Scope ScopeOf(string words)
    {
        var another = words.EndsWith(" of another camera", StringComparison.Ordinal);
        var parts = words.Replace(" of another camera", "", StringComparison.Ordinal).Split("'s ");
        var scope = parts[1].Split(':');
        var resource = Enum.Parse<GrantedResource>(scope[0], ignoreCase: true);
        return new(
            parts[0] switch { "the owner" => Owner, "the sharee" => Sharee, _ => Stranger },
            resource,
            resource == GrantedResource.Camera ? (another ? 101 : 100) : null,
            RightList.ReadOne(scope[1])!.Value);
    }
}
