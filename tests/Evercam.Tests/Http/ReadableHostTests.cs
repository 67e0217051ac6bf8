using System.Net.Sockets;

namespace Evercam.Tests.Http;

/// <summary>What a request may name as its host.</summary>
public sealed class ReadableHostTests(SqliteApp shared) : IClassFixture<SqliteApp>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/login", "a..b")]
    [InlineData("/signup", "a:99999")]
    [InlineData("/v1/test", ".a")]
    [InlineData("/nothing", "a..b")]
    public async Task No_address_can_be_written_with_some(string path, string host)
    {
        using var surfer = new Surfer(shared.App);
        Assert.Equal(400, (await surfer.GetAsync(path, ("Host", host))).Status);
    }

    [Theory]
    [InlineData("camera_server")]
    [InlineData("xn--bcher-kva.example")]
    [InlineData("[::1]:8080")]
    public async Task Any_other_is_answered(string host)
    {
        using var surfer = new Surfer(shared.App);
        Assert.Equal(200, (await surfer.GetAsync("/login", ("Host", host))).Status);
    }

    [Fact]
    public async Task Who_names_none_in_the_old_way_sees_pages_too()
    {
        using var line = new TcpClient();
        await line.ConnectAsync(shared.App.Address.Host, shared.App.Address.Port, Cancellation);
        await line.GetStream().WriteAsync("GET /login HTTP/1.0\r\n\r\n"u8.ToArray(), Cancellation);
        using var reader = new StreamReader(line.GetStream());
        Assert.Contains(" 200 ", await reader.ReadLineAsync(Cancellation), StringComparison.Ordinal);
    }
}
