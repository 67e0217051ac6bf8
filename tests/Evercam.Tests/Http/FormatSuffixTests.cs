using CsCheck;
using Evercam.Server.Http;

namespace Evercam.Tests.Http;

public class FormatSuffixTests
{
    [Theory]
    [InlineData("/v1/cameras/abc", "/v1/cameras/abc")]
    [InlineData("/v1/cameras/abc.json", "/v1/cameras/abc")]
    [InlineData("/v1/cameras/abc.JSON", "/v1/cameras/abc")]
    [InlineData("/v1/cameras.json", "/v1/cameras")]
    [InlineData("/v1/users/joe/cameras.json", "/v1/users/joe/cameras")]
    [InlineData("/v1/cameras/abc/snapshots/1400000000.json", "/v1/cameras/abc/snapshots/1400000000")]
    [InlineData("/v1/cameras/abc/snapshots/2014/4/days.json", "/v1/cameras/abc/snapshots/2014/4/days")]
    [InlineData("/v1/users/joe@example.com", "/v1/users/joe@example.com")]
    [InlineData("/v1/users/joe@example.com.json", "/v1/users/joe@example.com")]
    [InlineData("/v1/users/m.smith/cameras.json", "/v1/users/m.smith/cameras")]
    [InlineData("/v1/models/acme/DS-2.4", "/v1/models/acme/DS-2.4")]
    [InlineData("/v1/vendors/00:0D:F0.json", "/v1/vendors/00:0D:F0")]
    [InlineData("/v1/users/joe.json.json", "/v1/users/joe.json")]
    [InlineData("/v1/cameras/.json", "/v1/cameras/.json")]
    [InlineData("/v1/cameras/abc.html", "/v1/cameras/abc.html")]
    [InlineData("/v1/cameras/abc.", "/v1/cameras/abc.")]
    public void One_json_suffix_is_cut_off_the_end_and_nothing_else(string path, string wanted) =>
        Assert.Equal(wanted, FormatSuffix.Cut(path));

    [Theory]
    [InlineData("/v1/cameras/abc/snapshot.jpg", "/v1/cameras/abc/snapshot.jpg")]
    [InlineData("/v1/cameras/abc/snapshot.jpg.json", "/v1/cameras/abc/snapshot.jpg")]
    [InlineData("/v1/cameras/abc/snapshot.jpg.jpg", "/v1/cameras/abc/snapshot.jpg")]
    [InlineData("/v1/cameras/abc/snapshot.jpg.JPEG", "/v1/cameras/abc/snapshot.jpg")]
    [InlineData("/v1/cameras/abc/snapshot.jpg.img", "/v1/cameras/abc/snapshot.jpg")]
    [InlineData("/v1/cameras/abc/snapshot.jpg.img.img", "/v1/cameras/abc/snapshot.jpg.img.img")]
    [InlineData("/v1/cameras/snapshot.jpg.img", "/v1/cameras/snapshot.jpg.img")]
    [InlineData("/v1/cameras/abc/snapshots/latest.jpg", "/v1/cameras/abc/snapshots/latest.jpg")]
    [InlineData("/v1/cameras/abc/snapshots/latest.JPG", "/v1/cameras/abc/snapshots/latest.jpg")]
    [InlineData("/v1/cameras/abc/snapshots/1400000000.Jpg", "/v1/cameras/abc/snapshots/1400000000.jpg")]
    [InlineData("/v1/cameras/abc/snapshots/series.TAR", "/v1/cameras/abc/snapshots/series.tar")]
    [InlineData("/v1/cameras/abc/snapshots/series.Mp4", "/v1/cameras/abc/snapshots/series.mp4")]
    [InlineData("/v1/cameras/abc/snapshots/2014/4/16/12.Tar", "/v1/cameras/abc/snapshots/2014/4/16/12.tar")]
    [InlineData("/v1/cameras/abc/snapshots/latest.jpg.json", "/v1/cameras/abc/snapshots/latest.jpg")]
    public void Pictures_have_suffixes_of_their_own(string path, string wanted) =>
        Assert.Equal(wanted, FormatSuffix.Cut(path));

    [Theory]
    [InlineData("/v1/cameras/abc.xml")]
    [InlineData("/v1/cameras/abc.XML")]
    [InlineData("/v1/cameras/abc/snapshot.jpg.xml")]
    public void Xml_is_not_supported(string path)
    {
        var refusal = Assert.Throws<ApiException>(() => FormatSuffix.Cut(path));
        Assert.Equal((406, "The requested format 'xml' is not supported."), (refusal.Status, refusal.Message));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("/", "/")]
    [InlineData("///", "/")]
    [InlineData("/v1/users/joe", "/v1/users/joe")]
    [InlineData("/v1/users/joe/", "/v1/users/joe")]
    [InlineData("/v1//users///joe//", "/v1/users/joe")]
    [InlineData("//v1/users/joe", "/v1/users/joe")]
    public void Runs_of_slashes_collapse_and_the_last_one_goes(string path, string wanted) =>
        Assert.Equal(wanted, FormatSuffix.Collapse(path));

    [Fact]
    public void Any_path_is_cut_or_refused() => Gen.String.Sample(text =>
    {
        var path = FormatSuffix.Collapse("/" + text);
        Assert.DoesNotContain("//", path, StringComparison.Ordinal);
        try
        {
            Assert.StartsWith(FormatSuffix.Cut(path)[..^1], path, StringComparison.OrdinalIgnoreCase);
        }
        catch (ApiException refusal)
        {
            Assert.Equal(406, refusal.Status);
        }
    });
}
