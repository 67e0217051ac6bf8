using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Http;

/// <summary>How many connections each source holds. Before anything is read of a connection, so that one source's cost the others
/// nothing.</summary>
internal sealed partial class SourceConnections(
    IOptions<ConnectionOptions> options, IOptions<ForwardedHeadersOptions> proxies, TimeProvider clock, ILogger<SourceConnections> log)
{
    private readonly ConcurrentDictionary<string, int> held = [];
    private readonly Seldom told = new(TimeSpan.FromMinutes(1), clock);

    /// <summary>How many sources hold one at all.</summary>
    public int Sources => held.Count;

    /// <summary>Serves a connection, or closes it if its source holds too many.</summary>
    public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate serve)
    {
        if ((connection.RemoteEndPoint as IPEndPoint)?.Address is not { } address || IsProxy(address))
        {
            await serve(connection);
            return;
        }

        var source = SourceNetwork.Of(address);
        try
        {
            if (held.AddOrUpdate(source, 1, (_, count) => count + 1) <= options.Value.PerSource)
            {
                await serve(connection);
                return;
            }

            if (told.IsDue())
            {
                LogTooMany(source);
            }

            connection.Abort(new ConnectionAbortedException("Its source holds too many connections."));
        }
        finally
        {
            Leave(source);
        }
    }

    private void Leave(string source)
    {
        // The last one takes the name along: what is kept does not grow with those who have ever been here.
        for (var isLeft = false; !isLeft;)
        {
            var count = held[source];
            isLeft = count == 1 ? held.TryRemove(KeyValuePair.Create(source, 1)) : held.TryUpdate(source, count - 1, count);
        }
    }

    private bool IsProxy(IPAddress address)
    {
        var source = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return proxies.Value.KnownProxies.Contains(source) || proxies.Value.KnownIPNetworks.Any(network => network.Contains(source));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "Closed a connection, because {Source} holds as many as one source may: see Evercam:Connections:PerSource")]
    private partial void LogTooMany(string source);
}
