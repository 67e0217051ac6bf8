using System.Net.Http.Headers;
using Evercam.CameraClient.Guard;
using Microsoft.Extensions.Logging;

namespace Evercam.CameraClient;

/// <summary>What became of something that was sent.</summary>
/// <param name="Status">The HTTP status of the answer; <see langword="null"/> if none came.</param>
/// <param name="Failure">What was wrong, in our own words, never with a URL or anything that was answered; <see langword="null"/>
/// if it arrived.</param>
public sealed record PostOutcome(int? Status, string? Failure);

/// <summary>Sends texts to addresses that users name, behind the same guard as cameras are asked: the address is checked at the
/// moment of connecting, redirects are not followed, time is bounded as a whole. Each goes over a connection of its own. Of an answer only the
/// status is looked at.</summary>
public sealed class GuardedPoster : IDisposable
{
    private readonly TimeProvider time;
    private readonly TimeSpan deadline;
    private readonly SocketsHttpHandler handler;
    private readonly HttpMessageInvoker http;

    /// <summary>Makes a poster without touching the network.</summary>
    /// <param name="options">Which addresses may be asked, and how long connecting may take.</param>
    /// <param name="deadline">How long everything may take together.</param>
    /// <param name="requireValidCertificates">Whether an <c>https</c> address must show a certificate that this machine trusts.</param>
    /// <param name="time">Tells time.</param>
    /// <param name="logger">Told of addresses that are refused.</param>
    /// <exception cref="ArgumentException">An address range of the options is none.</exception>
    public GuardedPoster(
        CameraClientOptions options, TimeSpan deadline, bool requireValidCertificates, TimeProvider time, ILogger<GuardedPoster> logger)
        : this(options, deadline, requireValidCertificates, time, logger, machine: null)
    {
    }

    /// <summary>Makes one that asks somebody else than the machine for its addresses.</summary>
    internal GuardedPoster(
        CameraClientOptions options, TimeSpan deadline, bool requireValidCertificates, TimeProvider time, ILogger<GuardedPoster> logger, OwnAddresses? machine)
    {
        (this.time, this.deadline) = (time, deadline);
        var connector = new GuardedConnector(new TargetPolicy(options, machine), options, time, logger);
        handler = GuardedHandler.Create(connector, requireValidCertificates);
        handler.ConnectTimeout = deadline;

        // A receiver may close a connection that is kept just when something is sent on it, and then nobody knows whether that arrived.
        handler.PooledConnectionLifetime = TimeSpan.Zero;
        http = new HttpMessageInvoker(handler, disposeHandler: false);
    }

    /// <summary>Sends JSON, once.</summary>
    /// <param name="url">Where: http or https.</param>
    /// <param name="json">UTF-8.</param>
    /// <param name="headers">What goes along.</param>
    /// <param name="cancellation">Ends the attempt and its connection.</param>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async Task<PostOutcome> PostAsync(
        Uri url, ReadOnlyMemory<byte> json, IEnumerable<(string Name, string Value)> headers, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ReadOnlyMemoryContent(json) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        request.Headers.ConnectionClose = true;
        request.Headers.TryAddWithoutValidation("User-Agent", "Evercam");
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        try
        {
            using var response = await http.SendAsync(request, either.Token);
            var status = (int)response.StatusCode;
            return new(status, response.IsSuccessStatusCode ? null
                : status is >= 300 and < 400 ? $"redirects are not followed (status {status})"
                : $"status {status}");
        }
        catch (OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();
            return new(null, $"no answer within {deadline.TotalSeconds} s");
        }
        catch (HttpRequestException failure)
        {
            return new(null, FailureReason.Of(failure));
        }
        catch (IOException failure)
        {
            return new(null, FailureReason.Of(failure));
        }
        catch (Exception failure) when (failure is FormatException or ArgumentException or NotSupportedException)
        {
            // Addresses are written by users: one that nothing can be sent to must not be tried for ever.
            return new(null, "it could not be sent");
        }
    }

    /// <summary>Closes all connections.</summary>
    public void Dispose()
    {
        http.Dispose();
        handler.Dispose();
    }
}
