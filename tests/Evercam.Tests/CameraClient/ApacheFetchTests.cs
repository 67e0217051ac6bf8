using Evercam.CameraClient;
using Evercam.Tests.Servers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evercam.Tests.CameraClient;

/// <summary>Fetching from a server that nobody here wrote. Each test marks its requests with a word of its own in the query.</summary>
public sealed class ApacheFetchTests(ApacheServer apache) : IClassFixture<ApacheServer>, IDisposable
{
    private readonly CameraFetcher fetcher =
        new(Patient.Options(), TimeProvider.System, NullLogger<CameraFetcher>.Instance);

    public static TheoryData<string, int> PlacesAndAccounts => new(
        from place in new[] { "basic", "digest", "digest-next-nonce" }
        from account in Enumerable.Range(0, ApacheServer.Accounts.Count)
        select (place, account));

    private static CameraCredential Admin => ApacheServer.Accounts[0];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("small.jpg", "image/jpeg")]
    [InlineData("hd.jpg", "image/jpeg")]
    [InlineData("large.jpg", "image/jpeg")]
    [InlineData("picture.png", "image/png")]
    [InlineData("picture.gif", "image/gif")]
    public async Task Fetches_a_picture_byte_for_byte(string name, string mediaType)
    {
        using var picture = await fetcher.FetchAsync(apache.Endpoint($"/open/{name}"), Cancellation);

        Assert.Equal(await Photographs.ReadAsync(name), picture.Bytes.ToArray());
        Assert.Equal(mediaType, picture.MediaType);
    }

    [Theory]
    [MemberData(nameof(PlacesAndAccounts))]
    public async Task Passes_with_every_odd_user_name_and_password(string place, int account)
    {
        var endpoint = apache.Endpoint($"/{place}/small.jpg?a=b;c=%2F&d=[CHANNEL] x", ApacheServer.Accounts[account]);

        for (var picture = 0; picture < 2; picture++)
        {
            await FetchSmallAsync(endpoint);
        }
    }

    [Theory]
    [InlineData("open")]
    [InlineData("basic")]
    public async Task Keeps_the_connection_for_the_next_picture(string place)
    {
        var endpoint = apache.Endpoint($"/{place}/small.jpg?kept-{place}", Admin);
        for (var picture = 0; picture < 3; picture++)
        {
            await FetchSmallAsync(endpoint);
        }

        var requests = await apache.RequestsAsync($"kept-{place}", 3);

        Assert.Equal([200, 200, 200], requests.Select(request => request.Status));
        Assert.Equal([0, 1, 2], requests.Select(request => request.Nth));
        Assert.Single(requests.Select(request => request.ClientPort).Distinct());
    }

    [Theory]
    [InlineData("digest")]
    [InlineData("digest-next-nonce")]
    public async Task A_second_digest_picture_costs_one_request_and_all_of_them_one_connection(string place)
    {
        var endpoint = apache.Endpoint($"/{place}/small.jpg?counted-{place}", Admin);
        for (var picture = 0; picture < 3; picture++)
        {
            await FetchSmallAsync(endpoint);
        }

        var requests = await apache.RequestsAsync($"counted-{place}", 4);

        Assert.Equal([401, 200, 200, 200], requests.Select(request => request.Status));
        Assert.Equal([0, 1, 2, 3], requests.Select(request => request.Nth));
        Assert.Equal(
            ["Basic", "Digest", "Digest", "Digest"], requests.Select(request => request.Authorization.Split(' ')[0]));
        Assert.Equal(place == "digest-next-nonce" ? 3 : 1, requests.Skip(1).Select(NonceOf).Distinct().Count());
    }

    [Fact]
    public async Task Counts_the_uses_of_a_nonce()
    {
        var endpoint = apache.Endpoint("/digest/small.jpg?uses", Admin);
        for (var picture = 0; picture < 3; picture++)
        {
            await FetchSmallAsync(endpoint);
        }

        var requests = await apache.RequestsAsync("uses", 4);

        Assert.Equal(
            ["nc=00000001", "nc=00000002", "nc=00000003"],
            requests.Skip(1).Select(request => request.Authorization.Split(", ").Single(part => part.StartsWith("nc=", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task Many_fetches_at_once_share_one_nonce()
    {
        var endpoint = apache.Endpoint("/digest/small.jpg?together", Admin);
        await FetchSmallAsync(endpoint);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => FetchSmallAsync(endpoint)));

        var requests = await apache.RequestsAsync("together", 22);
        Assert.Equal(22, requests.Count);
        Assert.Single(requests, request => request.Status == 401);
    }

    [Theory]
    [InlineData("/open/../open/./small.jpg?dots")]
    [InlineData("/open//small.jpg?slashes")]
    [InlineData("/%6fpen/small%2Ejpg?escapes=%2f%2F")]
    [InlineData("/open/small.jpg?brackets=[CHANNEL];x='y'(z)*!$&amp;,+")]
    public async Task Asks_for_exactly_what_was_given(string target)
    {
        var query = target[target.IndexOf('?', StringComparison.Ordinal)..];
        await FetchSmallAsync(apache.Endpoint(target));

        Assert.Equal($"GET {target} HTTP/1.1", Assert.Single(await apache.RequestsAsync(query, 1)).Line);
    }

    [Theory]
    [InlineData("/basic/small.jpg")]
    [InlineData("/digest/small.jpg")]
    public async Task Says_unauthorized_when_the_password_is_wrong_or_missing(string path)
    {
        var wrong = await FailAsync(apache.Endpoint(path, Admin with { Password = "wrong" }));
        var missing = await FailAsync(apache.Endpoint(path));

        Assert.Equal((CameraFault.Unauthorized, "the camera refused user name and password"), (wrong.Fault, wrong.Reason));
        Assert.Equal(
            (CameraFault.Unauthorized, "the camera wants a user name and a password"), (missing.Fault, missing.Reason));
    }

    [Fact]
    public async Task A_corrected_password_works_at_once()
    {
        await FailAsync(apache.Endpoint("/digest/small.jpg", Admin with { Password = "wrong" }));

        await FetchSmallAsync(apache.Endpoint("/digest/small.jpg", Admin));
    }

    [Theory]
    [InlineData("/open/missing.jpg", "status 404")]
    [InlineData("/forbidden/x.jpg", "status 403")]
    [InlineData("/moved", "redirects are not followed (status 302)")]
    [InlineData("/open", "redirects are not followed (status 301)")]
    public async Task Says_offline_for_any_other_answer(string path, string reason)
    {
        var failure = await FailAsync(apache.Endpoint(path));

        Assert.Equal((CameraFault.Offline, reason), (failure.Fault, failure.Reason));
    }

    [Theory]
    [InlineData("/open/small.jpg")]
    [InlineData("/open/missing.jpg")]
    [InlineData("/digest/small.jpg")]
    [InlineData("/moved")]
    public async Task Any_answer_means_online(string path) =>
        Assert.True(await fetcher.AnswersAsync(apache.Endpoint(path, Admin), Cancellation));

    [Fact]
    public async Task The_online_check_sends_no_credential()
    {
        await fetcher.AnswersAsync(apache.Endpoint("/basic/small.jpg?online-check", Admin), Cancellation);

        Assert.Equal("-", Assert.Single(await apache.RequestsAsync("online-check", 1)).Authorization);
    }

    public void Dispose() => fetcher.Dispose();

    private static string NonceOf(LoggedRequest request) =>
        request.Authorization.Split(", ").Single(part => part.StartsWith("nonce=", StringComparison.Ordinal));

    private async Task FetchSmallAsync(CameraEndpoint endpoint)
    {
        using var picture = await fetcher.FetchAsync(endpoint, Cancellation);
        Assert.Equal(await Photographs.ReadAsync("small.jpg"), picture.Bytes.ToArray());
    }

    private Task<CameraException> FailAsync(CameraEndpoint endpoint) =>
        Assert.ThrowsAsync<CameraException>(() => fetcher.FetchAsync(endpoint, Cancellation));
}
