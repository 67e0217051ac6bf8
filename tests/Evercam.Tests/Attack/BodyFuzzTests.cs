using System.Text;
using CsCheck;
using Evercam.Server.Http;
using Evercam.Tests.Http;

namespace Evercam.Tests.Attack;

/// <summary>Everything that parameters come in, read as everything that a parameter can be.</summary>
public sealed class BodyFuzzTests
{
    private static readonly Dictionary<string, (string Method, string? Type, string[] Words, string Frame)> Bodies = new()
    {
        ["query"] = (
            "GET", null,
            ["a", "=", "&", "+", "%", "%00", "%0A", "%ff", "%C3%BC", "%zz", "[", "]", "[]", "a[b]=", "a[]=", "1", "-1e9", "true", "99999999999999999999", ";", "#", "?"],
            "?*"),
        ["form"] = (
            "POST", "application/x-www-form-urlencoded",
            ["a", "=", "&", "+", "%", "%00", "%ff", "%C3%BC", "[", "]", "[]", "a[b]=", "a[]=1&", "1", "true", "\u00FC", "&a=", "b=2014&"], "a=*"),
        ["JSON"] = (
            "PATCH", "application/json",
            ["\"a\"", "\"b\"", ":", ",", "{", "}", "[", "]", "1", "-0.0", "1e400", "null", "true", "\"\\u0000\"", "\"\\ud800\"", "\"\\", " ", "\uFEFF", "{\"a\":{\"b\":1}}"],
            "{\"a\":*}"),
        ["JSON in UTF-16"] = (
            "POST", "application/json; charset=utf-16", ["\"a\"", ":", ",", "{", "}", "\uD83D", "\uDE00", "1", "[", "]", "\0"], "{\"a\":*}"),
        ["multipart"] = (
            "POST", "multipart/form-data; boundary=b",
            ["--b\r\n", "--b--", "\r\n", "--b", "\n", "Content-Disposition: form-data; name=a", "Content-Disposition: form-data; name=\"a\"; filename=\"x.jpg\"",
                "; filename*=UTF-8''%ff", "Content-Type: image/jpeg", "Content-Type: text/plain; charset=utf-7", ":", ";", "\"", "x", "=", "--", "\r\n\r\n",
                "\r\n--b\r\nContent-Disposition: form-data; name=a\r\n\r\n"],
            "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n*\r\n--b--\r\n"),
        ["multipart boundary"] = (
            "POST", "multipart/form-data; *", ["boundary", "=", "\"", "b", ";", " ", "\\", ",", "charset", "--", "\u00FC", "boundary=b"], "*"),
    };

    public static TheoryData<string> Names => [.. Bodies.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public Task Any_is_read_or_refused(string name) => Bearing.AllAsync(
        Garbled.Text(Bodies[name].Words).Select(text => Bodies[name].Frame.Replace("*", text, StringComparison.Ordinal)),
        text => text.Length, text => ReadAsync(name, text), LongForm.Cases(everyday: 5_000));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task However_long_it_is_it_comes_to_an_end(string name)
    {
        var (_, _, words, frame) = Bodies[name];
        foreach (var word in words)
        {
            // As much as a body may have beside files, and somewhat more.
            var text = frame.Replace("*", string.Concat(Enumerable.Repeat(word, 1_100_000 / word.Length)), StringComparison.Ordinal);
            await Bearing.AllAsync(Gen.Const(text), body => body.Length, body => ReadAsync(name, body), count: 1);
        }
    }

    private static async Task ReadAsync(string name, string text)
    {
        var (method, type, _, _) = Bodies[name];
        var bytes = type?.EndsWith("utf-16", StringComparison.Ordinal) == true ? Encoding.Unicode.GetBytes(text) : Encoding.UTF8.GetBytes(text);
        var request = name == "multipart boundary" ? Requests.Of(method, "", type!.Replace("*", text, StringComparison.Ordinal), "--b\r\n\r\nx\r\n--b--")
            : method == "GET" ? Requests.Get(text)
            : Requests.Of(method, "", type, bytes);
        await request.ReadAsync(read =>
        {
            Assert.True(read.Text("a") is not { } word || ParamText.IsClean(word));
            return (read.Boolean("a"), read.Integer("a"), read.Number("a"), read.Json("a"), read.Names("a"), read.Timestamp("a"), read.Moment("a"), read.RequiredFile("a"));
        });
    }
}
