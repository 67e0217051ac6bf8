using System.Text;

namespace Evercam.Tests.Http;

public class MultipartTests
{
    private const string Type = "multipart/form-data; boundary=\"b\"";

    [Fact]
    public async Task Parts_are_texts_and_files()
    {
        var request = Upload(
            "Content-Disposition: form-data; name=\"notes\"\r\n\r\nZoë\r\n",
            "Content-Disposition: form-data; name=\"data\"; filename=\"C:\\pic.jpg\"\r\nContent-Type: Image/JPEG; q=1\r\n\r\n\r\n--\r\n");
        var (notes, file) = await request.ReadAsync(read => (read.Text("notes"), read.RequiredFile("data")));
        Assert.Equal("Zoë", notes);
        Assert.Equal("\r\n--", Encoding.UTF8.GetString(file.Bytes.Span));
        Assert.Equal("image/jpeg", file.MediaType);
    }

    [Fact]
    public async Task A_part_with_a_type_and_no_file_name_is_a_file_and_may_be_a_text()
    {
        var request = Upload("Content-Type: text/plain; charset=utf-8\r\nContent-Disposition: form-data; name=notes\r\n\r\nhi\r\n");
        Assert.Equal("hi", await request.ReadAsync(read => read.Text("notes")));
        Assert.Equal("text/plain", (await request.ReadAsync(read => read.RequiredFile("notes"))).MediaType);
    }

    [Fact]
    public async Task A_file_with_a_name_is_no_text() => Assert.Equal(
        (400, "notes is invalid", false),
        await Upload("Content-Disposition: form-data; name=notes; filename=a\r\n\r\nhi\r\n").RefuseAsync(read => read.Text("notes")));

    [Fact]
    public async Task A_text_is_no_file() => Assert.Equal(
        (400, "data is invalid", false),
        await Upload("Content-Disposition: form-data; name=data\r\n\r\nhi\r\n").RefuseAsync(read => read.RequiredFile("data")));

    [Fact]
    public async Task Without_a_file_it_is_missing()
    {
        Assert.Equal((400, "data is missing", false), await Upload().RefuseAsync(read => read.RequiredFile("data")));
        Assert.Equal(
            (400, "data is missing", false),
            await Upload("Content-Disposition: form-data; name=dat; filename=x\r\n\r\nx\r\n").RefuseAsync(read => read.RequiredFile("data")));
    }

    [Fact]
    public async Task The_last_of_ten_files_wins()
    {
        var files = Enumerable.Range(0, 10)
            .Select(number => $"Content-Disposition: form-data; name=data; filename=x\r\n\r\n{number}\r\n");
        var file = await Upload([.. files]).ReadAsync(read => read.RequiredFile("data"));
        Assert.Equal("9", Encoding.UTF8.GetString(file.Bytes.Span));
    }

    [Fact]
    public async Task An_empty_file_is_a_file() => Assert.Equal(
        0,
        (await Upload("Content-Disposition: form-data; name=data; filename=\"\"\r\n\r\n\r\n").ReadAsync(read => read.RequiredFile("data")))
            .Bytes.Length);

    [Fact]
    public async Task Parts_without_a_name_are_passed_over() => Assert.Equal("1", await Upload(
            "\r\nx\r\n",
            "Content-Disposition: ;;;\r\n\r\nx\r\n",
            "Content-Disposition: form-data\r\n\r\nx\r\n",
            "Content-Disposition: form-data; name=a\r\n\r\n1\r\n")
        .ReadAsync(read => read.Text("a")));

    [Theory]
    [InlineData(1_024, null)]
    [InlineData(1_025, "Too many parameters")]
    public async Task There_are_so_many_parts_and_no_more_with_a_name_or_without(int count, string? refusal)
    {
        foreach (var part in new[] { "\r\nx\r\n", "Content-Disposition: form-data; name=a\r\n\r\nx\r\n" })
        {
            var read = Upload([.. Enumerable.Repeat(part, count)]).ReadAsync(read => read.Text("a"));
            Assert.Equal(refusal, (await Record.ExceptionAsync(() => read))?.Message);
        }
    }

    [Theory]
    [InlineData("--b\r\nContent-Disposition: form-data; name=a\r\n\r\nno end")]
    [InlineData("--b\r\nContent-Disposition: form-data; name=a\r\n")]
    [InlineData("--c\r\nContent-Disposition: form-data; name=a\r\n\r\nother mark\r\n--c--")]
    [InlineData("--b\r\nno header\r\n\r\nx\r\n--b--")]
    [InlineData("no multipart")]
    [InlineData("")]
    public async Task A_garbled_body_is_refused(string body) => Assert.Equal(
        (400, "Invalid request body", false), await Requests.Post(Type, body).RefuseAsync(read => read.Text("a")));

    [Theory]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/form-data; boundary=")]
    [InlineData("multipart/form-data; boundary=\"\"")]
    [InlineData("multipart/form-data; boundary=bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb")]
    public async Task Without_a_sound_boundary_it_is_refused(string type) => Assert.Equal(
        (400, "Invalid request body", false), await Requests.Post(type, "--b--").RefuseAsync(read => read.Text("a")));

    [Fact]
    public async Task Files_are_bounded_together()
    {
        var half = new string('x', 50_001);
        var part = $"Content-Disposition: form-data; name=data; filename=x\r\n\r\n{half}\r\n";
        Assert.Equal(50_001, (await Upload(part).ReadAsync(read => read.RequiredFile("data"))).Bytes.Length);
        Assert.Equal(
            (413, "Request entity too large", false),
            await Upload(part, part).RefuseAsync(read => read.RequiredFile("data")));
    }

    [Fact]
    public async Task Texts_are_bounded_together()
    {
        var part = $"Content-Disposition: form-data; name=a\r\n\r\n{new string('x', 600_000)}\r\n";
        Assert.Equal((413, "Request entity too large", false), await Upload(part, part).RefuseAsync(read => read.Text("a")));
    }

    private static Microsoft.AspNetCore.Http.HttpContext Upload(params string[] parts) =>
        Requests.Post(Type, string.Concat(parts.Select(part => "--b\r\n" + part)) + "--b--\r\n");
}
