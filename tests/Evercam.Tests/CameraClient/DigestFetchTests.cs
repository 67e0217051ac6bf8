using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Evercam.CameraClient;
using Evercam.Tests.Servers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evercam.Tests.CameraClient;

/// <summary>What cameras do with nonces and challenges that Apache does not.</summary>
public sealed class DigestFetchTests : IDisposable
{
    private static readonly CameraCredential Admin = new("admin", "s3cret");

    private readonly CameraFetcher fetcher =
        new(Patient.Options(), TimeProvider.System, NullLogger<CameraFetcher>.Instance);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(", stale=true")]
    [InlineData(", stale=TRUE")]
    [InlineData("")]
    public async Task A_nonce_that_grew_old_costs_one_more_request_and_no_picture(string stale)
    {
        var picture = await Photographs.ReadAsync("small.jpg");
        var asked = 0;
        await using var camera = RawCamera.Answering(head =>
        {
            var nonce = $"n{asked++ / 3}";
            return head.Contains($"nonce=\"{nonce}\"", StringComparison.Ordinal)
                ? RawCamera.Answer("200 OK", picture)
                : Challenge($"Digest realm=\"cam\", qop=\"auth\", nonce=\"{nonce}\"{stale}");
        });
        var endpoint = camera.Endpoint(credential: Admin);

        // Challenge, picture, picture, old nonce, picture.
        for (var fetched = 0; fetched < 3; fetched++)
        {
            using var _ = await fetcher.FetchAsync(endpoint, Cancellation);
        }

        Assert.Equal(5, camera.Requests.Count);
        Assert.Equal(1, camera.Connections);
    }

    [Fact]
    public async Task A_camera_whose_every_nonce_is_stale_is_given_up()
    {
        await using var camera = RawCamera.Answering(_ => Challenge("Digest realm=r, nonce=n, qop=auth, stale=true"));

        var failure = await FailAsync(camera.Endpoint(credential: Admin));

        Assert.Equal(CameraFault.Unauthorized, failure.Fault);
        Assert.Equal(3, camera.Requests.Count);
    }

    [Fact]
    public async Task A_camera_that_takes_each_nonce_once_serves_several_at_the_same_time()
    {
        var picture = await Photographs.ReadAsync("small.jpg");
        var nonces = new ConcurrentDictionary<string, bool>();
        await using var camera = RawCamera.Answering(head =>
        {
            var nonce = Regex.Match(head, "nonce=\"(?<nonce>[0-9a-f]+)\"").Groups["nonce"].Value;
            if (nonces.TryUpdate(nonce, true, false))
            {
                return RawCamera.Answer("200 OK", picture);
            }

            var next = Guid.NewGuid().ToString("n");
            nonces[next] = false;
            return Challenge($"Digest realm=\"cam\", qop=\"auth\", nonce=\"{next}\", stale=true");
        });
        var endpoint = camera.Endpoint(credential: Admin);
        using var first = await fetcher.FetchAsync(endpoint, Cancellation);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            for (var fetches = 0; fetches < 20; fetches++)
            {
                using var fetched = await fetcher.FetchAsync(endpoint, Cancellation);
                Assert.Equal(picture.Length, fetched.Bytes.Length);
            }
        }));
    }

    /// <summary>A camera that takes each nonce once, and does not say that an old one is stale, would refuse whoever it was given to.</summary>
    [Fact]
    public async Task A_nonce_is_nobody_elses_before_it_is_used()
    {
        var picture = await Photographs.ReadAsync("small.jpg");
        var (connections, released) = (0, new TaskCompletionSource());
        await using var camera = RawCamera.Start(async connection =>
        {
            var isFirst = Interlocked.Increment(ref connections) == 1;
            while (await connection.ReadRequestAsync() is { } head)
            {
                if (isFirst && head.Contains("Basic", StringComparison.Ordinal))
                {
                    await connection.SendAsync("HTTP/1.1 401 No\r\nWWW-Authenticate: Digest realm=r, nonce=one, qop=auth\r\nContent-Length: 1\r\n\r\n");
                    await released.Task;
                    await connection.SendAsync("x");
                }
                else
                {
                    await connection.SendAsync(head.Contains("Authorization", StringComparison.Ordinal)
                        ? RawCamera.Answer("200 OK", picture)
                        : Challenge("Digest realm=r, nonce=two, qop=auth"));
                }
            }
        });
        var endpoint = camera.Endpoint(credential: Admin);
        var first = fetcher.FetchAsync(endpoint, Cancellation);
        await Eventually.IsTrueAsync(() => camera.Requests.Count == 1);

        // Those who come meanwhile know sooner or later that the camera asks for Digest, and no more.
        await Eventually.IsTrueAsync(async () =>
        {
            var asked = camera.Requests.Count;
            using var _ = await fetcher.FetchAsync(endpoint, Cancellation);
            return !camera.Requests[asked].Contains("Basic", StringComparison.Ordinal);
        });
        var meanwhile = camera.Requests;
        released.SetResult();
        using var fetched = await first;
        Assert.DoesNotContain(meanwhile, head => head.Contains("nonce=\"one\"", StringComparison.Ordinal));
        Assert.Contains("nonce=\"one\"", camera.Requests[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_nonce_that_is_stale_at_once_is_answered_once_more()
    {
        var picture = await Photographs.ReadAsync("small.jpg");
        await using var camera = RawCamera.Answering(head =>
            head.Contains("nonce=\"second\"", StringComparison.Ordinal) ? RawCamera.Answer("200 OK", picture)
            : head.Contains("nonce=\"first\"", StringComparison.Ordinal) ? Challenge("Digest realm=r, nonce=second, stale=true")
            : Challenge("Digest realm=r, nonce=first"));

        using var fetched = await fetcher.FetchAsync(camera.Endpoint(credential: Admin), Cancellation);

        Assert.Equal(picture, fetched.Bytes.ToArray());
    }

    [Fact]
    public async Task A_camera_that_once_asked_for_digest_never_gets_the_password_in_the_clear_again()
    {
        var asked = 0;
        await using var camera = RawCamera.Answering(_ =>
            Challenge(asked++ < 2 ? "Digest realm=r, nonce=n, qop=auth" : "Basic realm=r"));
        var endpoint = camera.Endpoint(credential: Admin);

        Assert.Equal("the camera refused user name and password", (await FailAsync(endpoint)).Reason);
        Assert.Equal(
            "the camera asked for Digest before and does not now: it gets no password in the clear",
            (await FailAsync(endpoint)).Reason);

        Assert.StartsWith("Authorization: Basic ", AuthorizationOf(camera.Requests[0]), StringComparison.Ordinal);
        Assert.All(
            camera.Requests.Skip(1),
            head => Assert.StartsWith("Authorization: Digest ", AuthorizationOf(head), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_camera_that_was_told_to_ask_for_basic_is_asked_anew_when_it_is_tried_and_when_it_is_forgotten()
    {
        var picture = await Photographs.ReadAsync("small.jpg");
        var scheme = "Digest";
        await using var camera = RawCamera.Answering(head =>
            AuthorizationOf(head).StartsWith($"Authorization: {Volatile.Read(ref scheme)} ", StringComparison.Ordinal)
                ? RawCamera.Answer("200 OK", picture)
                : Challenge($"{Volatile.Read(ref scheme)} realm=r, nonce=n, qop=auth"));
        var endpoint = camera.Endpoint(credential: Admin);
        using (await fetcher.FetchAsync(endpoint, Cancellation))
        {
            Volatile.Write(ref scheme, "Basic");
        }

        using (await fetcher.TryAsync(endpoint, Cancellation))
        {
            // Whoever tries a camera changes nothing for those who record it.
            Assert.Equal(CameraFault.Unauthorized, (await FailAsync(endpoint)).Fault);
        }

        fetcher.Forget(endpoint);
        using (await fetcher.FetchAsync(endpoint, Cancellation))
        {
            Volatile.Write(ref scheme, "Digest");
        }

        // And a trial leaves no memory behind.
        using (await fetcher.TryAsync(endpoint, Cancellation))
        {
            Volatile.Write(ref scheme, "Basic");
        }

        using var last = await fetcher.FetchAsync(endpoint, Cancellation);
        Assert.Equal(picture, last.Bytes.ToArray());
    }

    [Fact]
    public async Task Answers_the_best_of_several_challenges()
    {
        var picture = await Photographs.ReadAsync("small.jpg");
        await using var camera = RawCamera.Answering(head =>
            head.Contains("algorithm=SHA-256,", StringComparison.Ordinal)
                ? RawCamera.Answer("200 OK", picture)
                : RawCamera.Answer(
                    "401 Unauthorized", "<html>who are you?</html>"u8.ToArray(),
                    "WWW-Authenticate: Basic realm=\"r\", Digest realm=\"r\", nonce=\"n\", algorithm=MD5, qop=\"auth\"",
                    "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", algorithm=SHA-256, qop=\"auth\""));

        using var fetched = await fetcher.FetchAsync(camera.Endpoint(credential: Admin), Cancellation);

        Assert.Equal(picture, fetched.Bytes.ToArray());
    }

    [Fact]
    public async Task Gives_the_exact_target_as_the_uri()
    {
        var picture = await Photographs.ReadAsync("small.jpg");
        await using var camera = RawCamera.Answering(head =>
            head.Contains("Digest", StringComparison.Ordinal)
                ? RawCamera.Answer("200 OK", picture)
                : Challenge("Digest realm=r, nonce=n"));

        using var _ = await fetcher.FetchAsync(
            camera.Endpoint("/a/../b//c%2F;d?x=[CHANNEL]&y=\"z\" #1", Admin), Cancellation);

        const string Target = "/a/../b//c%2F;d?x=[CHANNEL]&y=%22z%22%20%231";
        Assert.All(camera.Requests, head => Assert.StartsWith($"GET {Target} HTTP/1.1\r\n", head, StringComparison.Ordinal));
        Assert.All(camera.Requests, head => Assert.Contains($"\r\nHost: 127.0.0.1:{camera.Port}\r\n", head, StringComparison.Ordinal));
        Assert.Contains($"uri=\"{Target}\"", camera.Requests[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_name_with_a_colon_waits_for_digest()
    {
        var picture = await Photographs.ReadAsync("small.jpg");
        await using var camera = RawCamera.Answering(head =>
            head.Contains("username=\"a:b\"", StringComparison.Ordinal)
                ? RawCamera.Answer("200 OK", picture)
                : Challenge("Digest realm=r, nonce=n"));

        using var _ = await fetcher.FetchAsync(camera.Endpoint(credential: new("a:b", "c")), Cancellation);

        Assert.DoesNotContain("Authorization", camera.Requests[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_that_talks_without_end_is_cut_off()
    {
        await using var camera = RawCamera.Start(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.SendAsync("HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm=r, nonce=n\r\n\r\n");
            while (true)
            {
                await connection.SendAsync(new byte[4096]);
            }
        });

        Assert.Equal(CameraFault.Unauthorized, (await FailAsync(camera.Endpoint(credential: Admin))).Fault);
    }

    [Fact]
    public async Task A_hostile_challenge_is_no_challenge()
    {
        await using var camera = RawCamera.Answering(_ =>
            Challenge($"Digest {string.Concat(Enumerable.Repeat("realm=\"\\\", nonce=,", 500))}"));

        Assert.Equal(CameraFault.Unauthorized, (await FailAsync(camera.Endpoint(credential: Admin))).Fault);
    }

    public void Dispose() => fetcher.Dispose();

    private static byte[] Challenge(string challenge) =>
        RawCamera.Answer("401 Unauthorized", [], $"WWW-Authenticate: {challenge}");

    private static string AuthorizationOf(string head) =>
        head.Split("\r\n").Single(line => line.StartsWith("Authorization:", StringComparison.Ordinal));

    private Task<CameraException> FailAsync(CameraEndpoint endpoint) =>
        Assert.ThrowsAsync<CameraException>(() => fetcher.FetchAsync(endpoint, Cancellation));
}
