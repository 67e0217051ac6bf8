using Evercam.CameraClient;
using Evercam.Tests.Servers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evercam.Tests.CameraClient;

/// <summary>Cameras that mean well and speak an older or a sloppier HTTP.</summary>
public sealed class OldCameraTests : IDisposable
{
    private readonly CameraFetcher fetcher =
        new(Patient.Options(), TimeProvider.System, NullLogger<CameraFetcher>.Instance);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("HTTP/1.0 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Type: image/jpeg\r\nServer: old\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")]
    [InlineData("HTTP/1.1 200\r\nContent-Type: image/jpg\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\nContent-Type: application/octet-stream\n\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: jpeg\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nNetwork Camera\r\nContent-Type: image/jpeg\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nNetwork Camera\r\n  of a long name\r\nServer\r\n : old\r\nMy Camera: 7\r\n: x\r\n\r\n")]
    [InlineData("HTTP/1.0 200 OK\nServer old\nContent-Type : image/jpeg\n\n")]
    [InlineData("HTTP/1.1 100 Continue\r\nServer old\r\n\r\nHTTP/1.1 200 OK\r\nServer old\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Type: image/png\r\n\r\n")]
    public async Task Gives_its_picture(string head)
    {
        // Larger than the first buffer for answers without a length.
        var picture = await Photographs.ReadAsync("large.jpg");
        await using var camera = RawCamera.AnsweringOnce([.. RawCamera.Octets(head), .. picture]);

        using var fetched = await fetcher.FetchAsync(camera.Endpoint(), Cancellation);

        Assert.Equal(picture, fetched.Bytes.ToArray());
        Assert.Equal("image/jpeg", fetched.MediaType);
    }

    /// <summary>However its answers come in pieces, each is read from its own head on, and its picture as it is.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1_000_000)]
    public async Task Gives_one_picture_after_the_other_behind_lines_that_are_no_headers(int piece)
    {
        var picture = await Photographs.ReadAsync("small.jpg");
        await using var camera = RawCamera.Start(async connection =>
        {
            while (await connection.ReadRequestAsync() is not null)
            {
                foreach (var part in RawCamera.Answer("200 OK", picture, "Network Camera", "Server: old", "Ready").Chunk(piece))
                {
                    await connection.SendAsync(part);
                }
            }
        });

        for (var second = 0; second < 3; second++)
        {
            using var fetched = await fetcher.FetchAsync(camera.Endpoint(), Cancellation);
            Assert.Equal(picture, fetched.Bytes.ToArray());
        }

        Assert.Equal(1, camera.Connections);
    }

    [Theory]
    [InlineData(1, 5_000)]
    [InlineData(200, 30)]
    public async Task An_answer_with_too_much_that_is_no_header_is_refused(int lines, int length)
    {
        var picture = await Photographs.ReadAsync("small.jpg");
        await using var camera = RawCamera.AnsweringOnce(
            RawCamera.Answer("200 OK", picture, [.. Enumerable.Repeat(new string('x', length), lines)]));
        await Assert.ThrowsAsync<CameraException>(() => fetcher.FetchAsync(camera.Endpoint(), Cancellation));
    }

    [Fact]
    public async Task Gives_its_picture_in_chunks()
    {
        var picture = await Photographs.ReadAsync("hd.jpg");
        await using var camera = RawCamera.Answering(_ =>
            [
                .. RawCamera.Octets("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
                .. picture.Chunk(1000).SelectMany(chunk =>
                    RawCamera.Octets($"{chunk.Length:x}\r\n").Concat(chunk).Concat(RawCamera.Octets("\r\n"))),
                .. RawCamera.Octets("0\r\n\r\n"),
            ]);

        for (var second = 0; second < 2; second++)
        {
            using var fetched = await fetcher.FetchAsync(camera.Endpoint(), Cancellation);
            Assert.Equal(picture, fetched.Bytes.ToArray());
        }

        Assert.Equal(1, camera.Connections);
    }

    [Fact]
    public async Task A_kept_connection_that_the_camera_closed_costs_no_picture()
    {
        var picture = await Photographs.ReadAsync("small.jpg");
        await using var camera = RawCamera.Start(async connection =>
        {
            // Promises to keep the connection, and drops it: sometimes at once, sometimes when asked again.
            await connection.ReadRequestAsync();
            await connection.SendAsync(RawCamera.Answer("200 OK", picture, "Connection: keep-alive"));
        });
        await using var meaner = RawCamera.Start(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.SendAsync(RawCamera.Answer("200 OK", picture, "Connection: keep-alive"));
            await connection.ReadRequestAsync();
        });

        foreach (var endpoint in Enumerable.Repeat(camera, 5).Concat(Enumerable.Repeat(meaner, 5)).Select(c => c.Endpoint()))
        {
            using var fetched = await fetcher.FetchAsync(endpoint, Cancellation);
            Assert.Equal(picture, fetched.Bytes.ToArray());
        }
    }

    /// <summary>Whether it resets the connection before it has read the second request, or in the middle of its answer's head.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-")]
    public async Task A_kept_connection_that_the_camera_resets_under_a_request_costs_no_picture(string beginning)
    {
        var picture = await Photographs.ReadAsync("small.jpg");
        await using var camera = RawCamera.Start(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.SendAsync(RawCamera.Answer("200 OK", picture, "Connection: keep-alive"));
            await connection.ReadAsync();
            await connection.SendAsync(beginning);
            connection.Reset();
        });

        for (var second = 0; second < 5; second++)
        {
            using var fetched = await fetcher.FetchAsync(camera.Endpoint(), Cancellation);
            Assert.Equal(picture, fetched.Bytes.ToArray());
        }

        Assert.Equal(5, camera.Requests.Count);
    }

    [Fact]
    public async Task A_camera_that_resets_every_new_connection_is_asked_once()
    {
        await using var camera = RawCamera.Start(async connection =>
        {
            await connection.ReadRequestAsync();
            connection.Reset();
        });

        await Assert.ThrowsAsync<CameraException>(() => fetcher.FetchAsync(camera.Endpoint(), Cancellation));

        Assert.Equal(1, camera.Connections);
    }

    [Fact]
    public async Task Hears_nothing_that_is_not_its_business()
    {
        var picture = await Photographs.ReadAsync("small.jpg");
        await using var camera = RawCamera.Answering(_ => RawCamera.Answer("200 OK", picture, "Set-Cookie: a=b"));

        using (await fetcher.FetchAsync(camera.Endpoint("/a.jpg"), Cancellation))
        using (await fetcher.FetchAsync(camera.Endpoint("/a.jpg"), Cancellation))
        {
            Assert.All(camera.Requests, head => Assert.Equal(
                $"GET /a.jpg HTTP/1.1\r\nHost: 127.0.0.1:{camera.Port}\r\nUser-Agent: Evercam\r\nAccept: */*\r\n\r\n", head));
        }
    }

    [Fact]
    public async Task A_picture_cannot_be_read_after_its_buffer_was_given_back()
    {
        var bytes = await Photographs.ReadAsync("small.jpg");
        await using var camera = RawCamera.Answering(_ => RawCamera.Answer("200 OK", bytes));
        var picture = await fetcher.FetchAsync(camera.Endpoint(), Cancellation);

        picture.Dispose();
        picture.Dispose();

        Assert.Throws<ObjectDisposedException>(() => picture.Bytes);
    }

    public void Dispose() => fetcher.Dispose();
}
