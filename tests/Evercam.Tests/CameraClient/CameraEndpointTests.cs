using CsCheck;
using Evercam.CameraClient;

namespace Evercam.Tests.CameraClient;

public class CameraEndpointTests
{
    [Theory]
    [InlineData("2.2.2.2", null, "/a.jpg", "http://2.2.2.2/a.jpg")]
    [InlineData("2.2.2.2", 80, "/a.jpg", "http://2.2.2.2/a.jpg")]
    [InlineData("2.2.2.2", 8105, "a.jpg", "http://2.2.2.2:8105/a.jpg")]
    [InlineData("my_camera.example.org", 65535, "", "http://my_camera.example.org:65535/")]
    [InlineData("front_door", 8080, "/a.jpg", "http://front_door:8080/a.jpg")]
    [InlineData("cam_", null, "/a.jpg", "http://cam_/a.jpg")]
    [InlineData("cam_.my_house_.lan", null, "/a.jpg", "http://cam_.my_house_.lan/a.jpg")]
    [InlineData("::1", 8080, "/", "http://[::1]:8080/")]
    [InlineData("[2001:db8::1]", null, "/", "http://[2001:db8::1]/")]
    public void Is_made_of_host_port_and_path(string host, int? port, string path, string expected) =>
        Assert.Equal(expected, CameraEndpoint.FromHost(host, port, path)!.Url.AbsoluteUri);

    [Theory]
    [InlineData("", 80)]
    [InlineData(" ", 80)]
    [InlineData("2.2.2.2:123", 80)]
    [InlineData("http://2.2.2.2", 80)]
    [InlineData("user@2.2.2.2", 80)]
    [InlineData("2.2.2.2/x", 80)]
    [InlineData("2.2.2.2#x", 80)]
    [InlineData("a b", 80)]
    [InlineData("_cam", 80)]
    [InlineData("a\r\nb", 80)]
    [InlineData("fe80::1%eth0", 80)]
    [InlineData("2.2.2.2", 0)]
    [InlineData("2.2.2.2", -1)]
    [InlineData("2.2.2.2", 65536)]
    public void Is_not_made_of_anything_else(string host, int port) =>
        Assert.Null(CameraEndpoint.FromHost(host, port, "/"));

    [Theory]
    [InlineData("http://89.101.225.158:8105", "/a.jpg", "http://89.101.225.158:8105/a.jpg")]
    [InlineData("HTTP://Camera.Example.org/", "a.jpg", "http://camera.example.org/a.jpg")]
    [InlineData("https://camera.example.org", "a.jpg?b=c", "https://camera.example.org/a.jpg?b=c")]
    [InlineData("https://[2001:db8::1]:8443", "", "https://[2001:db8::1]:8443/")]
    public void Is_made_of_a_server_and_a_path(string server, string path, string expected) =>
        Assert.Equal(expected, CameraEndpoint.FromUrl(server, path)!.Url.AbsoluteUri);

    [Theory]
    [InlineData("2.2.2.2:123")]
    [InlineData("2.2.2.2")]
    [InlineData("")]
    [InlineData("http://")]
    [InlineData("http:///path")]
    [InlineData("http:/2.2.2.2")]
    [InlineData("http:2.2.2.2")]
    [InlineData("//2.2.2.2")]
    [InlineData("ftp://2.2.2.2")]
    [InlineData("rtsp://2.2.2.2")]
    [InlineData("file:///etc/passwd")]
    [InlineData("javascript:alert(1)")]
    [InlineData("http://user:password@2.2.2.2")]
    [InlineData("http://@2.2.2.2")]
    [InlineData("http://2.2.2.2/path")]
    [InlineData("http://2.2.2.2//")]
    [InlineData("http://2.2.2.2?query")]
    [InlineData("http://2.2.2.2?")]
    [InlineData("http://2.2.2.2#fragment")]
    [InlineData("http://2.2.2.2#")]
    [InlineData(@"http://2.2.2.2\")]
    [InlineData(@"http:\\2.2.2.2")]
    [InlineData("http://2.2.2.2:0")]
    [InlineData("http://2.2.2.2:65536")]
    [InlineData("http://2.2.2.2:port")]
    [InlineData("http://a b")]
    [InlineData("http://[fe80::1%25eth0]")]
    public void Is_not_made_of_what_is_no_server(string server) => Assert.Null(CameraEndpoint.FromUrl(server, "/a.jpg"));

    [Theory]
    [InlineData("", "/")]
    [InlineData("?action=snapshot", "/?action=snapshot")]
    [InlineData("/a/../b/./c//d", "/a/../b/./c//d")]
    [InlineData("/%2F%2f%41%zz%", "/%2F%2f%41%zz%")]
    [InlineData("/cgi;jsessionid=1?a=b;c=d&e=[CHANNEL]", "/cgi;jsessionid=1?a=b;c=d&e=[CHANNEL]")]
    [InlineData("/a b\tc", "/a%20b%09c")]
    [InlineData("/a\r\nHost: evil", "/a%0D%0AHost:%20evil")]
    [InlineData("/a#b", "/a%23b")]
    [InlineData("/\"<>\\^`{|}", "/%22%3C%3E%5C%5E%60%7B%7C%7D")]
    [InlineData("/büro/日本", "/b%C3%BCro/%E6%97%A5%E6%9C%AC")]
    [InlineData("//evil.example/x", "//evil.example/x")]
    [InlineData("@evil.example/x", "/@evil.example/x")]
    [InlineData(":99/x", "/:99/x")]
    [InlineData("http://evil.example/", "/http://evil.example/")]
    public void Keeps_the_request_target_as_it_was_given(string path, string target)
    {
        var endpoint = CameraEndpoint.FromHost("camera.example.org", 8080, path)!;

        Assert.Equal(target, endpoint.Target);
        Assert.Equal(("camera.example.org", 8080), (endpoint.Url.Host, endpoint.Url.Port));
    }

    [Theory]
    [InlineData("/a?u=[USERNAME]&p=[PASSWORD]", "jo&e", "p a/ü?#[USERNAME]", "/a?u=jo%26e&p=p%20a%2F%C3%BC%3F%23%5BUSERNAME%5D")]
    [InlineData("/[USERNAME]/[PASSWORD]/[USERNAME]", "[PASSWORD]", "p", "/%5BPASSWORD%5D/p/%5BPASSWORD%5D")]
    [InlineData("/a?u=[USERNAME]&p=[PASSWORD]", "", "p", "/a?u=&p=p")]
    [InlineData("/[CHANNEL]/[username]/[CAMERA]", "u", "p", "/[CHANNEL]/[username]/[CAMERA]")]
    public void Fills_in_the_account(string path, string userName, string password, string target)
    {
        Assert.Equal(target, CameraEndpoint.FromHost("h", 80, path, new(userName, password))!.Target);
        Assert.Equal(target, CameraEndpoint.FromUrl("http://h", path, new(userName, password))!.Target);
    }

    [Fact]
    public void No_path_leaves_the_host_or_the_request_line() => Gen.String.Sample(path =>
    {
        var endpoint = CameraEndpoint.FromHost("camera.example.org", 8080, path)!;

        Assert.Equal(("camera.example.org", 8080, ""), (endpoint.Url.Host, endpoint.Url.Port, endpoint.Url.UserInfo));
        Assert.StartsWith("/", endpoint.Target, StringComparison.Ordinal);
        Assert.DoesNotContain(endpoint.Target, letter => letter is <= ' ' or > '~' or '#');
    });

    [Fact]
    public void Shows_no_secret()
    {
        var endpoint = CameraEndpoint.FromHost("h", 81, "/a.jpg?user=admin&password=s3cret", new("admin", "s3cret"))!;

        Assert.Equal("http://h:81/a.jpg", endpoint.ToString());
        Assert.Equal("CameraCredential", $"{endpoint.Credential}");
    }

    [Fact]
    public void Has_no_credential_without_a_user_name() =>
        Assert.Null(CameraEndpoint.FromHost("h", 80, "/", new("", "password"))!.Credential);

    [Fact]
    public void A_host_that_has_no_form_in_dns_is_none() =>
        Assert.Null(CameraEndpoint.FromUrl($"http://{string.Concat(Enumerable.Range(0x4E00, 70).Select(c => (char)c))}.com", "/"));
}
