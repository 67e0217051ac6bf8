using System.Text;
using Evercam.Tests.Servers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Evercam.Tests.Http;

public class LogTests
{
    [Theory]
    [InlineData("Logging:LogLevel:Default")]
    [InlineData("Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics")]
    [InlineData("Logging:Shelf:LogLevel:Microsoft.AspNetCore.Hosting")]
    public async Task No_query_reaches_a_log_however_talkative(string setting)
    {
        using var shelf = new LogShelf();
        await using (var app = await EvercamApp.StartAsync(
            new Dictionary<string, string?> { [setting] = "Information" },
            map: Probes.Map,
            adjust: builder => builder.Services.AddSingleton<ILoggerProvider>(shelf)))
        {
            foreach (var path in new[] { "probe/bug?password=s3cret", "test?password=s3cret", "nowhere?password=s3cret" })
            {
                using var answer = await app.Client.GetAsync(path, TestContext.Current.CancellationToken);
            }
        }

        Assert.Contains(shelf.Lines, line => line.Contains("/v1/probe/bug", StringComparison.Ordinal));
        Assert.DoesNotContain(shelf.Lines, line => line.Contains("s3cret", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("bug")]
    [InlineData("offline")]
    [InlineData("busy")]
    public async Task No_path_writes_a_line_of_its_own_into_a_log(string ending)
    {
        using var shelf = new LogShelf();
        await using (var app = await EvercamApp.StartAsync(
            map: Probes.Map, adjust: builder => builder.Services.AddSingleton<ILoggerProvider>(shelf)))
        {
            var path = $"probe/x%0D%0Aerror:%20forged%E2%80%A8%1B[31m/{ending}";
            using var answer = await app.Client.GetAsync(path, TestContext.Current.CancellationToken);
        }

        var line = Assert.Single(shelf.Lines, line => line.Contains("forged", StringComparison.Ordinal));
        Assert.Contains("/v1/probe/x%0D%0Aerror:%20forged%E2%80%A8%1B", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Logging:LogLevel:Default")]
    [InlineData("Logging:LogLevel:Microsoft.AspNetCore.Server.Kestrel.BadRequests")]
    public async Task No_request_that_is_none_reaches_a_log_however_talkative(string setting)
    {
        using var shelf = new LogShelf();
        await using (var app = await EvercamApp.StartAsync(
            new Dictionary<string, string?> { [setting] = "Trace" }, adjust: builder => builder.Services.AddSingleton<ILoggerProvider>(shelf)))
        {
            foreach (var request in new[] { "GET /v1/test?api_key=s3cret HTTP/1.1X\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\nAuthorization s3cret\r\n\r\n" })
            {
                Assert.StartsWith("HTTP/1.1 400 ", await app.SendRawAsync(request), StringComparison.Ordinal);
            }
        }

        Assert.DoesNotContain(shelf.Lines, line => line.Contains("s3cret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_origin_writes_a_line_of_its_own_into_a_log()
    {
        using var shelf = new LogShelf();
        await using (var app = await EvercamApp.StartAsync(adjust: builder => builder.Services.AddSingleton<ILoggerProvider>(shelf)))
        {
            var answer = await app.SendRawAsync(Encoding.UTF8.GetBytes(
                "POST /login HTTP/1.1\r\nHost: x\r\nOrigin: http://y\u2028\u001B[31mforged\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
            Assert.StartsWith("HTTP/1.1 403 ", answer, StringComparison.Ordinal);
        }

        var line = Assert.Single(shelf.Lines, line => line.Contains("forged", StringComparison.Ordinal));
        Assert.Contains("http%3A%2F%2Fy%E2%80%A8%1B%5B31mforged", line, StringComparison.Ordinal);
    }
}
