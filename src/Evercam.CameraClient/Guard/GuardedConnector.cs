using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Evercam.CameraClient.Guard;

/// <summary>Finds the addresses of a name.</summary>
/// <exception cref="SocketException">There is no such name, or nobody who knows.</exception>
internal delegate Task<IPAddress[]> Resolver(string host, CancellationToken cancellation);

/// <summary>Opens connections to where users say: resolves the name, checks what it resolved to, and connects to the very address
/// that was checked, so that a name cannot change its mind in between.</summary>
internal sealed partial class GuardedConnector(
    TargetPolicy policy, CameraClientOptions options, TimeProvider time, ILogger logger, Resolver? resolver = null)
{
    // A name may resolve to hundreds of addresses. Nobody's camera has more than a few.
    private const int MaxAddresses = 8;

    private readonly Resolver resolve = resolver ?? NameLookups.Shared.FindAsync;

    /// <summary>For <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    /// <exception cref="CameraException">Refused, or nobody answers there.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var patience = (context.InitialRequestMessage as CameraRequest)?.Patience;
        patience?.Connecting();
        using var timeout = new CancellationTokenSource(options.ConnectTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        try
        {
            var host = context.DnsEndPoint.Host;
            var port = context.DnsEndPoint.Port;
            var permitted = Permit(host, port, await ResolveAsync(host, either.Token));
            var stream = await ConnectToAnyAsync(permitted, port, either.Token);
            patience?.Connected();
            return stream;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw CameraException.Offline($"no connection within {options.ConnectTimeout.TotalSeconds} s");
        }
    }

    /// <summary>Those of a name's addresses that may be asked.</summary>
    /// <exception cref="CameraException">None may.</exception>
    internal IPAddress[] Permit(string host, int port, IPAddress[] addresses)
    {
        var permitted = new List<IPAddress>(Math.Min(addresses.Length, MaxAddresses));
        string? rule = null;
        foreach (var address in addresses.Take(MaxAddresses))
        {
            var refusal = policy.WhyRefused(address, port);
            rule ??= refusal;
            if (refusal is null)
            {
                permitted.Add(EmbeddedAddress.Unwrap(address).Outer);
            }
        }

        if (permitted.Count > 0)
        {
            return [.. permitted];
        }

        if (rule is null)
        {
            throw CameraException.Offline("the host name has no address");
        }

        LogForbiddenTarget(host, rule);
        throw CameraException.Forbidden($"forbidden target: {rule}");
    }

    private async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellation)
    {
        if (IPAddress.TryParse(host, out var address))
        {
            return [address];
        }

        try
        {
            return await resolve(host, cancellation);
        }
        catch (SocketException)
        {
            throw CameraException.Offline("the host name is not known");
        }
    }

    private async Task<NetworkStream> ConnectToAnyAsync(IPAddress[] addresses, int port, CancellationToken cancellation)
    {
        // An address that swallows packets must leave time for the next one.
        var share = options.ConnectTimeout / addresses.Length;
        for (var tried = 0; ; tried++)
        {
            var isLast = tried == addresses.Length - 1;
            using var timeout = new CancellationTokenSource(isLast ? Timeout.InfiniteTimeSpan : share, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
            try
            {
                return await ConnectToAsync(addresses[tried], port, either.Token);
            }
            catch (OperationCanceledException) when (!isLast && !cancellation.IsCancellationRequested)
            {
            }
            catch (SocketException) when (!isLast)
            {
            }
            catch (SocketException failure)
            {
                throw CameraException.Offline(FailureReason.Of(failure.SocketErrorCode));
            }
        }
    }

    private static async Task<NetworkStream> ConnectToAsync(IPAddress address, int port, CancellationToken cancellation)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.NoDelay = true;
            await socket.ConnectAsync(new IPEndPoint(address, port), cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Host {Host} is a forbidden target: {Rule}")]
    private partial void LogForbiddenTarget(string host, string rule);
}
