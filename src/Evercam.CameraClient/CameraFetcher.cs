using System.Net;
using System.Net.Sockets;
using System.Text;
using Evercam.CameraClient.Digest;
using Evercam.CameraClient.Guard;
using Microsoft.Extensions.Logging;

namespace Evercam.CameraClient;

/// <summary>Gets one still picture from one camera (contract 4.9). One instance serves all cameras and all threads; it keeps
/// connections open per camera, so that a picture a second costs one request and nothing else.</summary>
/// <remarks>
/// Every camera is a stranger: the address is checked at the moment of connecting, redirects are not followed, time and size
/// are bounded as a whole, and nothing is returned that is not proven to be a whole picture.
/// </remarks>
public sealed class CameraFetcher : IDisposable
{
    // The first challenge, and one more if the camera says that the nonce went stale meanwhile.
    private const int MaxChallenges = 2;

    // There is one connection for whoever records, and one for each who looked at the same moment.
    private const int MaxDropped = 3;

    private const int MaxDigestCameras = 16_384;

    private readonly CameraClientOptions options;
    private readonly TimeProvider time;
    private readonly TargetPolicy policy;
    private readonly DigestMemory digests = new(MaxDigestCameras);
    private readonly SocketsHttpHandler handler;
    private readonly HttpMessageInvoker http;

    /// <summary>Makes a fetcher without touching the network.</summary>
    /// <exception cref="ArgumentException">An address range of the options is none.</exception>
    public CameraFetcher(CameraClientOptions options, TimeProvider time, ILogger<CameraFetcher> logger)
        : this(options, time, logger, resolver: null)
    {
    }

    /// <summary>Makes one that asks somebody else than the machine for the addresses of names, and for its own.</summary>
    internal CameraFetcher(CameraClientOptions options, TimeProvider time, ILogger<CameraFetcher> logger, Resolver? resolver, OwnAddresses? machine = null)
    {
        this.options = options;
        this.time = time;
        policy = new TargetPolicy(options, machine);
        var connector = new GuardedConnector(policy, options, time, logger, resolver);
        handler = CreateHandler(options, connector);
        http = new HttpMessageInvoker(handler, disposeHandler: false);
    }

    /// <summary>Fetches one picture.</summary>
    /// <param name="endpoint">Where, and with which credential. Basic is offered at once; a Digest challenge is answered, and
    /// from then on this endpoint does not get the password in the clear until it is <see cref="Forget">forgotten</see>.</param>
    /// <param name="cancellation">Ends the fetch and its connection.</param>
    /// <returns>A whole picture in a pooled buffer, to be disposed.</returns>
    /// <exception cref="CameraException"><see cref="CameraFault.Unauthorized"/> or <see cref="CameraFault.Offline"/>.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public Task<CameraPicture> FetchAsync(CameraEndpoint endpoint, CancellationToken cancellation) =>
        FetchAsync(endpoint, digests, cancellation);

    /// <summary>Fetches one picture as if the endpoint had never been asked: for somebody who tries it, and may have told the camera to
    /// ask for its password in another way. Nothing is remembered of it.</summary>
    /// <inheritdoc cref="FetchAsync(CameraEndpoint, CancellationToken)"/>
    public Task<CameraPicture> TryAsync(CameraEndpoint endpoint, CancellationToken cancellation) =>
        FetchAsync(endpoint, new DigestMemory(capacity: 1), cancellation);

    /// <summary>This program itself serves cameras, at exactly this address and port, which may be asked from now on though cameras on this
    /// machine are refused.</summary>
    /// <param name="own">Where; <see langword="null"/> when they have ended, so that whoever listens there next is not taken for them.</param>
    /// <returns>The rule that refuses it all the same: the address is in a denied range.</returns>
    public string? Welcome(IPEndPoint? own)
    {
        policy.Own = own;
        return own is null ? null : policy.WhyRefused(own.Address, own.Port);
    }

    /// <summary>Somebody has changed where the camera is asked, or with which account: how it asked for its password there before does not bind
    /// it any more.</summary>
    public void Forget(CameraEndpoint endpoint) => digests.Forget(endpoint);

    private async Task<CameraPicture> FetchAsync(CameraEndpoint endpoint, DigestMemory memory, CancellationToken cancellation)
    {
        using var patience = new Patience(options, time, cancellation);
        try
        {
            using var response = await AskAsync(endpoint, memory, patience);
            ThrowUnlessPicture(response);
            return await PictureReader.ReadAsync(response.Content, options.SizeLimitBytes, patience.Token);
        }
        catch (OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();
            throw Broken(patience.Reason, patience);
        }
        catch (HttpRequestException failure) when (failure.InnerException is CameraException { IsForbidden: true })
        {
            throw CameraException.Forbidden(FailureReason.Of(failure));
        }
        catch (HttpRequestException failure)
        {
            throw Broken(FailureReason.Of(failure), patience);
        }
        catch (IOException failure)
        {
            throw Broken(FailureReason.Of(failure), patience);
        }
    }

    /// <summary>Whether a camera answers at all: any HTTP answer will do, even a refusal. Asks without the credential.</summary>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async Task<bool> AnswersAsync(CameraEndpoint endpoint, CancellationToken cancellation)
    {
        using var patience = new Patience(options, time, cancellation);
        try
        {
            using var response = await SendAsync(endpoint, static () => null, patience);
            return true;
        }
        catch (OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();
            return false;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>Closes all connections.</summary>
    public void Dispose()
    {
        http.Dispose();
        handler.Dispose();
    }

    private async Task<HttpResponseMessage> AskAsync(CameraEndpoint endpoint, DigestMemory memory, Patience patience)
    {
        var session = endpoint.Credential is null ? null : memory.Find(endpoint);
        var wantsDigest = session is not null || memory.Knows(endpoint);
        for (var challenges = 0; ; challenges++)
        {
            var response = await SendAsync(endpoint, () => session?.Authorize() ?? (wantsDigest ? null : endpoint.Credential?.ToBasic()), patience);
            if (challenges > 0)
            {
                // Not before: a camera that takes each nonce once would refuse it here if another fetch had used it meanwhile.
                memory.Keep(endpoint, session!);
            }

            if (response.StatusCode != HttpStatusCode.Unauthorized)
            {
                KeepNextNonce(endpoint, session, response, memory);
                return response;
            }

            using (response)
            {
                var challenge = response.Headers.NonValidated.TryGetValues("WWW-Authenticate", out var headers)
                    ? DigestChallenge.Best(headers)
                    : null;
                var isAnswered = challenges == MaxChallenges || (challenges > 0 && challenge is not { IsStale: true });
                if (endpoint.Credential is null || challenge is null || isAnswered)
                {
                    throw Refusal(endpoint, wasDigest: wantsDigest && challenges == 0);
                }

                // From now on nobody sends the password in the clear.
                memory.Note(endpoint);
                wantsDigest = true;
                session = new DigestSession(challenge, endpoint.Credential, endpoint.Target);
                await PictureReader.SkipAsync(response.Content, patience.Token);
            }
        }
    }

    /// <summary>A camera may drop a kept connection at any time, also when the next request is on its way: then that goes over another
    /// one. A picture may be asked for twice (RFC 9110, 9.2.2), each time with a count of its own (RFC 7616, 3.4).</summary>
    private async Task<HttpResponseMessage> SendAsync(CameraEndpoint endpoint, Func<string?> authorize, Patience patience)
    {
        for (var dropped = 0; ; dropped++)
        {
            patience.Asking();
            using var request = new CameraRequest(endpoint, authorize(), patience);
            try
            {
                var response = await http.SendAsync(request, patience.Token);
                patience.Answered();
                return response;
            }
            catch (HttpRequestException failure) when (dropped < MaxDropped && IsDropped(failure) && !patience.HasConnected)
            {
            }
        }
    }

    private static bool IsDropped(HttpRequestException failure) =>
        failure.InnerException is IOException { InnerException: SocketException } or HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded };

    private static CameraException Broken(string reason, Patience patience) =>
        patience.HasAnswer ? CameraException.NoPicture(reason) : CameraException.Offline(reason);

    private static CameraException Refusal(CameraEndpoint endpoint, bool wasDigest) => CameraException.Unauthorized(
        endpoint.Credential is null ? "the camera wants a user name and a password"
        : wasDigest ? "the camera asked for Digest before and does not now: it gets no password in the clear"
        : "the camera refused user name and password");

    private static void KeepNextNonce(CameraEndpoint endpoint, DigestSession? session, HttpResponseMessage response, DigestMemory memory)
    {
        if (session is not null
            && response.Headers.NonValidated.TryGetValues("Authentication-Info", out var headers)
            && ChallengeParser.ParseParameters(headers.ToString())["nextnonce"] is { } nextNonce)
        {
            memory.Keep(endpoint, session.Continue(nextNonce));
        }
    }

    private static void ThrowUnlessPicture(HttpResponseMessage response)
    {
        if ((int)response.StatusCode is >= 300 and < 400)
        {
            throw CameraException.NoPicture($"redirects are not followed (status {(int)response.StatusCode})");
        }

        if (!response.IsSuccessStatusCode)
        {
            throw CameraException.NoPicture($"status {(int)response.StatusCode}");
        }

        if (response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var types)
            && PictureProof.IsNoPictureType(types.ToString()))
        {
            throw CameraException.NoPicture("the content type is none of a picture");
        }
    }

    private static SocketsHttpHandler CreateHandler(CameraClientOptions options, GuardedConnector connector)
    {
        // A camera is who answers at its address: that is all its owner told us. Listeners are kept out all the same.
        var handler = GuardedHandler.Create(connector, options.RequireValidCertificates);
        // The connector measures connecting; this only ends a TLS handshake that nobody waits for any more.
        handler.ConnectTimeout = options.ConnectTimeout + options.AnswerTimeout;
        // Longer than the minute between two online checks.
        handler.PooledConnectionIdleTimeout = TimeSpan.FromSeconds(90);
        // A camera whose name moved to another address is found again without having to fail first.
        handler.PooledConnectionLifetime = TimeSpan.FromMinutes(15);
        handler.PlaintextStreamFilter = static (context, _) => ValueTask.FromResult<Stream>(new SloppyHeadStream(context.PlaintextStream));
        handler.RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1;
        handler.ResponseHeaderEncodingSelector = (_, _) => Encoding.Latin1;
        return handler;
    }
}
