using CsCheck;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using static Evercam.Storage.Catalog.CameraRights;

namespace Evercam.Tests.Rights;

public class RightListTests
{
    [Theory]
    [InlineData(None, "")]
    [InlineData(Snapshot | List, "Snapshot,List")]
    [InlineData(List | View | Edit | Delete | Snapshot, "Snapshot,View,Edit,Delete,List")]
    [InlineData(GrantList | GrantSnapshot | View, "View,Grant~Snapshot,Grant~List")]
    public void Rights_are_written_in_one_order(CameraRights rights, string wanted) =>
        Assert.Equal(wanted, RightList.Write(rights));

    [Theory]
    [InlineData("list", List)]
    [InlineData(" LIST , snapshot,Grant~View", List | Snapshot | GrantView)]
    [InlineData("view,view", View)]
    [InlineData("grant~delete", GrantDelete)]
    [InlineData("", null)]
    [InlineData(" ", null)]
    [InlineData(",", null)]
    [InlineData("view,", null)]
    [InlineData("view,share", null)]
    [InlineData("grant~", null)]
    [InlineData("grant~grant~view", null)]
    [InlineData("grantview", null)]
    [InlineData("all", null)]
    [InlineData("none", null)]
    [InlineData("1", null)]
    public void Rights_are_read_in_any_case_and_unknown_ones_refused(string list, CameraRights? wanted) =>
        Assert.Equal(wanted, RightList.Read(list));

    [Fact]
    public void What_is_written_reads_the_same() => Gen.Int[1, (int)All].Sample(number =>
    {
        var rights = (CameraRights)number & All;
        Assert.Equal(rights == None ? null : rights, RightList.Read(RightList.Write(rights)));
    });
}
