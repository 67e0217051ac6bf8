using Evercam.Server.Cameras;

namespace Evercam.Tests.Cameras;

public class CameraIdsTests
{
    [Theory]
    [InlineData("Front Door", "front-door")]
    [InlineData("  Tür & Tor (Süd) ", "tur-tor-sud")]
    [InlineData("A__b--c", "a-b-c")]
    [InlineData("test", "test-camera")]
    [InlineData("Share!", "share-camera")]
    [InlineData("New", "new-camera")]
    [InlineData("", "camera")]
    [InlineData("玄関", "camera")]
    [InlineData("<b>", "b")]
    public void A_name_proposes_an_id(string name, string id) => Assert.Equal(id, CameraIds.Of(name));

    [Fact]
    public void A_long_name_proposes_an_id_of_a_length_that_people_read() =>
        Assert.Equal(new string('a', 60), CameraIds.Of(new string('a', 300)));

    [Fact]
    public void Every_rule_that_a_camera_can_break_has_words_at_a_field()
    {
        var wrong = new CameraFields
        {
            Name = new string('x', 256),
            ExternalHost = "/",
            InternalHost = "/",
            ExternalHttpPort = "x",
            InternalHttpPort = "x",
            ExternalRtspPort = "x",
            InternalRtspPort = "x",
            JpgUrl = new string('x', 3_000),
            CamUsername = new string('x', 3_000),
            CamPassword = new string('x', 3_000),
            Timezone = "x",
            MacAddress = "x",
            Vendor = new string('x', 3_000),
            Model = new string('x', 3_000),
            Location = new LocationFields(200, 100),
            IsPublic = false,
        };
        foreach (var broken in new[] { CameraRules.Check(new NewCamera("!", wrong)), CameraRules.Check(new CameraChange(wrong)) })
        {
            Assert.True(broken.Count >= 15);
            Assert.DoesNotContain(CameraWords.Whole, CameraWords.Of(broken).Keys);
        }

        Assert.Equal("You can have at most 5 cameras.", CameraWords.Of(["you can have at most 5 cameras"])[CameraWords.Whole]);
    }
}
