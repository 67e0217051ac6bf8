using System.Text;
using CsCheck;
using Evercam.Server.Http;

namespace Evercam.Tests.Http;

public class ParamsTests
{
    private const string Form = "application/x-www-form-urlencoded";

    [Fact]
    public async Task Path_comes_before_body_before_query()
    {
        var request = Requests.Of("PATCH", "?id=query&name=query&city=query", Form, "id=body&name=body").At("id", "path");
        Assert.Equal(
            ("path", "body", "query"),
            await request.ReadAsync(read => (read.Text("id"), read.Text("name"), read.Text("city"))));
    }

    [Theory]
    [InlineData("?limit=1&limit=2", "", null)]
    [InlineData("", "limit=1&limit=2", Form)]
    [InlineData("", """{"limit":1,"limit":2}""", "application/json")]
    public async Task The_last_occurrence_wins(string query, string body, string? type) =>
        Assert.Equal(2, await Requests.Of("POST", query, type, body).ReadAsync(read => read.Integer("limit")));

    [Fact]
    public async Task A_body_on_get_is_ignored() => Assert.Null(
        await Requests.Of("GET", "", "application/json", """{"a":"b"}""").ReadAsync(read => read.Text("a")));

    [Theory]
    [InlineData("POST")]
    [InlineData("PATCH")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Methods_with_a_body_read_it(string method) => Assert.Equal(
        "b", await Requests.Of(method, "", "application/json", """{"a":"b"}""").ReadAsync(read => read.Text("a")));

    [Theory]
    [InlineData("application/json")]
    [InlineData("Application/JSON; charset=utf-8")]
    [InlineData("text/json")]
    [InlineData("text/x-json")]
    [InlineData("application/vnd.evercam+json")]
    [InlineData("application/json; charset=nonsense")]
    [InlineData("application/json; charset=utf-7")]
    public async Task Json_has_many_names(string type) =>
        Assert.Equal("ü", await Requests.Post(type, """{"a":"ü"}""").ReadAsync(read => read.Text("a")));

    [Fact]
    public async Task Json_may_come_in_another_charset() => Assert.Equal("ü", await Requests
        .Of("POST", "", "application/json; charset=iso-8859-1", Encoding.Latin1.GetBytes("""{"a":"ü"}"""))
        .ReadAsync(read => read.Text("a")));

    [Fact]
    public async Task Json_may_begin_with_a_byte_order_mark() => Assert.Equal(
        "b", await Requests.PostJson("\ufeff{\"a\":\"b\"}").ReadAsync(read => read.Text("a")));

    [Theory]
    [InlineData("share_id")]
    [InlineData("text/plain")]
    [InlineData("application/octet-stream")]
    [InlineData("application/json, text/json")]
    [InlineData(";;;")]
    [InlineData("multipart/mixed")]
    [InlineData(null)]
    public async Task A_body_of_another_type_is_ignored(string? type) => Assert.Equal(
        (400, "share_id is missing", false),
        await Requests.Post(type, """{"share_id":1}""").RefuseAsync(read => read.RequiredInteger("share_id")));

    [Theory]
    [InlineData("[]", "Invalid request body")]
    [InlineData("1", "Invalid request body")]
    [InlineData("null", "Invalid request body")]
    [InlineData("\"a\"", "Invalid request body")]
    [InlineData("{", "Malformed JSON in the request body")]
    [InlineData("{\"a\":1}x", "Malformed JSON in the request body")]
    [InlineData("{'a':1}", "Malformed JSON in the request body")]
    [InlineData("{\"a\":01}", "Malformed JSON in the request body")]
    [InlineData("a=b", "Malformed JSON in the request body")]
    public async Task Json_that_is_no_object_is_refused(string body, string message) =>
        Assert.Equal((400, message, false), await Requests.PostJson(body).RefuseAsync(read => read.Text("a")));

    [Theory]
    [InlineData("")]
    [InlineData(" \r\n")]
    public async Task An_empty_json_body_carries_nothing(string body) =>
        Assert.Null(await Requests.PostJson(body).ReadAsync(read => read.Text("a")));

    [Fact]
    public async Task Deep_json_is_refused() => Assert.Equal(400, (await Requests
        .PostJson("{\"a\":" + new string('[', 100_000) + new string(']', 100_000) + "}").RefuseAsync(read => read.Text("a"))).Status);

    [Theory]
    [InlineData(Form, "a=")]
    [InlineData("application/json", "{\"a\":\"")]
    public async Task A_megabyte_of_parameters_is_too_much(string type, string start) => Assert.Equal(
        (413, "Request entity too large", false),
        await Requests.Post(type, start + new string('x', HttpOptions.FieldBytes)).RefuseAsync(read => read.Text("a")));

    [Fact]
    public async Task A_thousand_parameters_are_too_many()
    {
        var names = Enumerable.Range(0, HttpOptions.Fields + 1);
        var form = string.Join('&', names.Select(name => $"a{name}=1"));
        var json = "{" + string.Join(',', names.Select(name => $"\"a{name}\":1")) + "}";
        Assert.Equal((400, "Too many parameters", false), await Requests.Post(Form, form).RefuseAsync(read => read.Text("a1")));
        Assert.Equal((400, "Too many parameters", false), await Requests.PostJson(json).RefuseAsync(read => read.Text("a1")));
        Assert.Equal((400, "Too many parameters", false), await Requests.Get("?" + form).RefuseAsync(read => read.Text("a1")));
    }

    [Theory]
    [InlineData(Form, "location[lng]=1.5&location[lat]=2")]
    [InlineData(Form, "location%5Blng%5D=1.5&location%5Blat%5D=2")]
    [InlineData("application/json", """{"location":{"lng":1.5,"lat":"2"}}""")]
    public async Task Brackets_name_what_is_nested(string type, string body) => Assert.Equal(
        (1.5, 2.0),
        await Requests.Post(type, body).ReadAsync(read => (read.Number("location[lng]"), read.Number("location[lat]"))));

    [Theory]
    [InlineData(Form, "email[x]=1")]
    [InlineData(Form, "email=1&email[]=1")]
    [InlineData("application/json", """{"email":["a"]}""")]
    [InlineData("application/json", """{"email":{"a":{"b":1}}}""")]
    public async Task Something_nested_is_no_text(string type, string body) => Assert.Equal(
        (400, "email is invalid", false), await Requests.Post(type, body).RefuseAsync(read => read.RequiredText("email")));

    [Fact]
    public async Task A_later_plain_value_replaces_a_nested_one() => Assert.Equal(
        ("", null),
        await Requests.Post(Form, "location[lng]=1&location=").ReadAsync(read => (read.Text("location"), read.Text("location[lng]"))));

    [Fact]
    public async Task All_that_is_missing_or_invalid_is_named_in_order()
    {
        var request = Requests.Get("?from=x&with_data=perhaps&limit=10");
        Assert.Equal(
            (400, "from is invalid, to is missing, with_data is invalid", false),
            await request.RefuseAsync(read =>
                (read.RequiredInteger("from"), read.RequiredInteger("to"), read.Integer("limit"), read.Boolean("with_data"))));
    }

    [Theory]
    [InlineData("""{"a":1.50}""", "1.50")]
    [InlineData("""{"a":true}""", "true")]
    [InlineData("""{"a":"x"}""", "x")]
    [InlineData("""{"a":"\ud83d\udcf7"}""", "📷")]
    [InlineData("""{"a":""}""", "")]
    public async Task Json_values_read_as_text(string body, string wanted) =>
        Assert.Equal(wanted, await Requests.PostJson(body).ReadAsync(read => read.Text("a")));

    [Theory]
    [InlineData("""{"a":"x\u0000y"}""")]
    [InlineData("""{"a":"\ud83d"}""")]
    [InlineData("""{"a":"x\udcf7"}""")]
    public async Task Text_that_cannot_be_kept_is_invalid(string body) =>
        Assert.Equal((400, "a is invalid", false), await Requests.PostJson(body).RefuseAsync(read => read.Text("a")));

    [Fact]
    public async Task Bytes_that_are_no_text_are_invalid() => Assert.Equal((400, "a is invalid", false), await Requests
        .Of("POST", "", "application/json", [.. "{\"a\":\""u8, 0xC3, 0x28, .. "\"}"u8]).RefuseAsync(read => read.Text("a")));

    [Theory]
    [InlineData(Form, "b=1&a=p\u00ffss")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=a\r\n\r\np\u00ffss\r\n--b--")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=a\r\nContent-Type: text/plain\r\n\r\n\u00ff\r\n--b--")]
    public async Task Bytes_that_are_no_text_are_invalid_in_forms_too(string type, string body)
    {
        var request = Requests.Of("POST", "", type, Encoding.Latin1.GetBytes(body));
        Assert.Equal((400, "a is invalid", false), await request.RefuseAsync(read => (read.Text("a"), read.Text("b"))));
    }

    [Fact]
    public async Task A_form_may_come_in_another_charset() => Assert.Equal("ü", await Requests
        .Of("POST", "", Form + "; charset=ISO-8859-1", Encoding.Latin1.GetBytes("a=ü")).ReadAsync(read => read.Text("a")));

    [Theory]
    [InlineData("ISO-8859-1", "a=Ren%E9+%26", "René &")]
    [InlineData("latin1", "a=Ren%E9", "René")]
    [InlineData("windows-1252", "a=5+%80", "5 €")]
    [InlineData("utf-8", "a=Ren%C3%A9", "René")]
    [InlineData("\"UTF-8\"", "a=%zz%4%", "%zz%4%")]
    [InlineData("nonsense", "a=Ren%c3%a9", "René")]
    public async Task What_is_escaped_in_a_form_is_of_its_charset(string charset, string body, string wanted) => Assert.Equal(
        wanted, await Requests.Post($"{Form}; charset={charset}", body).ReadAsync(read => read.Text("a")));

    /// <summary>What passed as <c>%E9</c> would be kept so, as a name or as a password.</summary>
    [Theory]
    [InlineData("a=Ren%E9&b=1")]
    [InlineData("b=1&a=%C3")]
    [InlineData("a=%ED%A0%80")]
    public async Task Escaped_bytes_that_are_no_text_are_invalid(string fields)
    {
        foreach (var request in new[] { Requests.Post(Form, fields), Requests.Get($"?{fields}") })
        {
            Assert.Equal((400, "a is invalid", false), await request.RefuseAsync(read => (read.Text("a"), read.Text("b"))));
        }
    }

    [Theory]
    [InlineData("?a=Ren%C3%A9+%2B", "René +")]
    [InlineData("?%61=%zz%4%", "%zz%4%")]
    [InlineData("?&&=x&b&a=1=2", "1=2")]
    [InlineData("?", null)]
    public async Task What_is_escaped_in_a_query_is_UTF_8(string query, string? wanted) =>
        Assert.Equal(wanted, await Requests.Get(query).ReadAsync(read => read.Text("a")));

    [Fact]
    public async Task Unknown_parameters_do_no_harm() => Assert.Equal("c", await Requests
        .PostJson("""{"\ud83d":1,"b":"\udcf7","b\u0000":[[{}]],"a":"c"}""").ReadAsync(read => read.Text("a")));

    [Fact]
    public async Task Null_is_absent_on_post()
    {
        var request = Requests.PostJson("""{"a":null}""");
        Assert.Equal((null, null, null), await request.ReadAsync(read => (read.Text("a"), read.Boolean("a"), read.Integer("a"))));
        Assert.False(await request.ReadAsync(read => read.IsBlank("a")));
    }

    [Fact]
    public async Task Null_cannot_stand_for_what_is_required()
    {
        var request = Requests.PostJson("""{"a_b":null}""");
        Assert.Equal("", await request.ReadAsync(read => read.RequiredText("a_b")));
        Assert.Null(await request.ReadAsync(read => read.RequiredBoolean("a_b")));
        Assert.Null(await request.ReadAsync(read => read.RequiredInteger("a_b")));
        Assert.Equal((400, "a_b is invalid", false), await request.RefuseAsync(read => read.RequiredFile("a_b")));
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("1.0", true)]
    [InlineData("10e-1", true)]
    [InlineData("0", false)]
    [InlineData("-0.0", false)]
    public async Task A_number_may_stand_for_yes_or_no_however_it_is_written(string number, bool wanted) => Assert.Equal(
        wanted, await Requests.PostJson($$"""{"a":{{number}}}""").ReadAsync(read => read.Boolean("a")));

    [Theory]
    [InlineData("2")]
    [InlineData("0.5")]
    [InlineData("1e40")]
    public async Task No_other_number_does(string number) => Assert.Equal(
        (400, "a is invalid", false), await Requests.PostJson($$"""{"a":{{number}}}""").RefuseAsync(read => read.Boolean("a")));

    [Fact]
    public async Task Null_is_blank_on_patch()
    {
        var request = Requests.Patch("application/json", """{"a":null}""");
        Assert.Equal("", await request.ReadAsync(read => read.Text("a")));
        Assert.True(await request.ReadAsync(read => read.IsBlank("a")));
        Assert.Equal((400, "a is invalid", false), await request.RefuseAsync(read => read.Boolean("a")));
    }

    [Fact]
    public async Task Blank_is_present()
    {
        var request = Requests.Post(Form, "a=&b");
        Assert.Equal(("", "", null), await request.ReadAsync(read => (read.RequiredText("a"), read.Text("b"), read.Text("c"))));
        Assert.Equal((400, "a is invalid", false), await request.RefuseAsync(read => read.Integer("a")));
        Assert.Equal((400, "a is invalid", false), await request.RefuseAsync(read => read.RequiredBoolean("a")));
        Assert.Equal((400, "c is missing", false), await request.RefuseAsync(read => read.RequiredText("c")));
    }

    [Theory]
    [InlineData("""{"a":true}""")]
    [InlineData("""{"a":"1e3"}""")]
    [InlineData("""{"a":1e400}""")]
    [InlineData("""{"a":[1]}""")]
    public async Task Not_everything_is_an_integer(string body) =>
        Assert.Equal((400, "a is invalid", false), await Requests.PostJson(body).RefuseAsync(read => read.Integer("a")));

    [Fact]
    public async Task A_slash_within_a_segment_is_the_senders_own() => Assert.Equal("a/b/c", await Requests
        .Get("").At("model", "a%2Fb%2fc").ReadAsync(read => read.RequiredText("model")));

    [Fact]
    public async Task A_timestamp_is_whole_seconds_and_a_moment_has_a_fraction()
    {
        var request = Requests.Get("?t=1397651000.25");
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1397651000), await request.ReadAsync(read => read.RequiredTimestamp("t")));
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1397651000250), await request.ReadAsync(read => read.Moment("t")));
        Assert.Equal(
            (400, "t is invalid", false),
            await Requests.Get("?t=253402300800").RefuseAsync(read => read.RequiredTimestamp("t")));
    }

    [Fact]
    public async Task A_request_is_read_once()
    {
        var request = Requests.PostJson("""{"a":"b"}""");
        Assert.Same(await Params.ReadAsync(request), await Params.ReadAsync(request));
        Assert.Equal("b", await request.ReadAsync(read => read.Text("a")));
    }

    [Fact]
    public async Task Credentials_are_looked_for_before_a_bad_body_is_refused()
    {
        var request = Requests.Of("POST", "?api_id=1&api_key=2", "application/json", "{");
        Assert.Equal(new(CallerScheme.Keys, "1", "2"), await Credentials.FindAsync(request));
        Assert.Equal(400, (await request.RefuseAsync(read => read.Text("a"))).Status);
    }

    [Fact]
    public Task Anything_is_read_or_refused() => Gen.Select(
            Gen.OneOf("GET", "POST", "PATCH", "DELETE"),
            Gen.OneOf(Gen.String, Gen.String[Gen.Char["ab[]=&%0F+"], 0, 40]),
            Gen.OneOf(
                Gen.OneOf(Form, "application/json", "multipart/form-data; boundary=b", "multipart/form-data", "text/json; charset=utf-16"),
                Gen.String),
            Gen.OneOf(
                Gen.Byte.Array[0, 100],
                Gen.String[Gen.Char["{}[]\":,ab\\u0d8=&%-\r\n\0"], 0, 60].Select(Encoding.UTF8.GetBytes),
                Gen.String[Gen.Char["ab: ;=\"-\r\n"], 0, 80].Select(text => Encoding.UTF8.GetBytes("--b\r\n" + text + "\r\n--b--"))))
        .SampleAsync(async (method, query, type, body) =>
        {
            var request = Requests.Of(method, "?" + query, type, body);
            try
            {
                await Credentials.FindAsync(request);
                await request.ReadAsync(read => (
                    read.Text("a"), read.Text("a[b]"), read.RequiredText("b"), read.Integer("a"), read.Boolean("a"), read.Number("a"),
                    read.Timestamp("b"), read.Moment("b"), read.RequiredFile("a")));
            }
            catch (ApiException refusal)
            {
                Assert.InRange(refusal.Status, 400, 413);
            }
        });
}
