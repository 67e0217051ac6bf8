namespace Evercam.Tests.Walks;

/// <summary>What should not come, in each place where something comes.</summary>
internal static class Odd
{
    public static IReadOnlyList<string> Segments { get; } =
    [
        ".", "..", "%2e%2e", ".json", ".jpg", "a.b", "a.b.c.json", "a%2Fb", "%2F", "%5C", "%0A", "a%0D%0Ab", "%25", "%2500", "%", "%zz", "%00",
        "%ff%fe", "%C3%28", "%E2%80%AE", "%F0%9F%98%80", "a%20b", "'--", "%3Cscript%3E", "*", "null", "-1", "0", "1.5", "1e9", "-62135596801",
        "253402300799", "253402300800", "9223372036854775807", "9223372036854775808", "99999999999999999999999", "00", "13", "32", "+1",
        new('x', 5_000), new('9', 5_000), string.Concat(Enumerable.Repeat("%F0%9F%98%80", 400)),
    ];

    public static IReadOnlyList<string> Queries { get; } =
    [
        "&&&", "=", "=x", "%", "%zz=%zz", "%00=%00", "[", "]", "[]=1", "a[=1", "a]=1", "a[b][c][d]=1", "id[]=1", "format=", "format=xml2", "format[]=json",
        "api_id", "api_id=&api_key=", "api_id[]=1&api_key[]=2", "callback=alert(1)", "_method=DELETE", "+", "%F0%9F%98%80=%F0%9F%98%80", "%ff=%ff",
    ];

    public static IReadOnlyList<string> Types { get; } =
    [
        "application/json", "text/json; charset=utf-16", "text/x-json; charset=\"\"", "application/x+json; charset=latin1", "APPLICATION/JSON;;",
        "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-16", "multipart/form-data",
        "multipart/form-data; boundary=\"\"", "multipart/form-data; boundary=b", "multipart/mixed; boundary=b", "text/plain", "text/xml", "image/jpeg",
        "share_id", ";;;", "a/b; c=d", "*/*", "application/json, application/json",
    ];

    public static IReadOnlyList<string> Bodies { get; } =
    [
        "", "1", "null", "nul", "true", "\"x\"", "[]", "[{}]", "{", "{}", "{}{}", "{\"a\"}", "{\"a\":1,}", "{'a':1}", "\uFEFF{}", "\0", "<?xml version=\"1.0\"?><a/>",
        "{\"\":{\"\":{\"\":1}}}", "{\"notes\":\"\\ud800\",\"name\":\"\\u0000\"}", "{\"name\":1e99999999,\"limit\":-0.0e-0,\"id\":0.1e1}",
        "{\"id\":" + new string('[', 100_000), "{\"id\":" + Nested(60) + "}", "{\"id\":" + new string('1', 50_000) + "}",
        "{" + string.Join(',', Enumerable.Range(0, 2_000).Select(number => $"\"a{number}\":{number}")) + "}",
        string.Join('&', Enumerable.Range(0, 2_000).Select(number => $"a[{number}]={number}")),
        "a=%", "a[b=c", "&&=&", "--b--", "--b\r\n\r\n", "--b\r\nContent-Disposition: form-data; name=data; filename=a\r\n\r\nx",
        "--b\r\nContent-Disposition: form-data; name=\"\"; filename=\"\"\r\n\r\nx\r\n--b--",
        "--b\r\nContent-Disposition: form-data; name=data; filename*=UTF-8''%ff\r\nContent-Type: ;\r\n\r\n\r\n--b--",
        string.Concat(Enumerable.Repeat("--b\r\nContent-Disposition: form-data; name=data; filename=a\r\nContent-Type: image/jpeg\r\n\r\nx\r\n", 10)) + "--b--",
        "--b\r\n" + new string('x', 40_000) + ": y\r\n\r\n\r\n--b--", new('x', 1_100_000),
    ];

    /// <summary>Values, as JSON writes them.</summary>
    public static IReadOnlyList<string> Values { get; } =
    [
        "null", "true", "-1", "1.5", "1e400", "9223372036854775807", "9223372036854775808", "-62135596801", "253402300800", "\"\"", "\" \"",
        "\"\\u0000\"", "\"a\\nb\"", "\"\\ud800\"", "\"\\ud83d\\udca5\"", "\"%\"", "\"1e9\"", "\"'; DROP TABLE users; --\"", "\"../../etc/passwd\"",
        "\"http://[::1\"", "\"@\"", "{}", "{\"lng\":\"x\",\"lat\":[]}", "[1]", $"\"{new string('x', 5_000)}\"",
    ];

    /// <summary>What a failure says of something long.</summary>
    public static string Start(string text) => text[..Math.Min(text.Length, 60)];

    private static string Nested(int depth) =>
        string.Concat(Enumerable.Repeat("{\"a\":", depth)) + "1" + new string('}', depth);
}
