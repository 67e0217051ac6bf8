using Evercam.Server.Shares;
using Evercam.Storage.Catalog;
using static Evercam.Storage.Catalog.CameraRights;

namespace Evercam.Tests.Shares;

public class ShareRulesTests
{
    private const long Owner = 1;
    private const long Ann = 2;
    private const string Rights = "invalid rights specified in request";

    public static TheoryData<string, long?, CameraRights?, string[]> Table => new()
    {
        { "ann@example.org", Ann, View, [] },
        { "ann@example.org", Ann, null, [Rights] },
        { "nobody@example.org", null, View, [] },
        { "nobody@example.org", null, null, [Rights] },
        { "nobody", null, View, ["no user found for specified email address"] },
        { "nobody@example", null, null, ["no user found for specified email address", Rights] },
        { "no body@example.org", null, View, ["no user found for specified email address"] },
        { "a@example.org\nb@example.org", null, View, ["no user found for specified email address"] },
        { "joe@example.org", Owner, View, ["camera cannot be shared with its owner"] },
        { "", null, View, ["email can't be blank"] },
        { " ", null, null, ["email can't be blank", Rights] },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void A_new_share_names_a_user_and_rights(string email, long? user, CameraRights? rights, string[] broken) =>
        Assert.Equal(broken, ShareRules.Check(new NewShare(email, rights), user, Owner));

    [Fact]
    public void A_change_names_rights()
    {
        Assert.Empty(ShareRules.CheckRights(View));
        Assert.Equal([Rights], ShareRules.CheckRights(null));
    }

    [Theory]
    [InlineData(View, false, View)]
    [InlineData(View, true, Snapshot | View | List)]
    [InlineData(Snapshot | List | GrantList, true, Snapshot | List | GrantList)]
    public void A_public_camera_gives_more_than_the_share(CameraRights given, bool isPublic, CameraRights wanted) =>
        Assert.Equal(wanted, ShareRules.Effective(given, isPublic));
}
