using System.Net;
using Evercam.Archive;
using Evercam.Storage;
using Evercam.Storage.S3;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Clustering.Redis;
using Orleans.Configuration;
using StackExchange.Redis;

namespace Evercam.Recorder;

/// <summary>The silo in which the recorders live: alone in this process, or one of those that find each other in Redis.</summary>
public static class NodeSetup
{
    /// <summary>A server that does not answer so many questions in a row is gone for the others, if it has sent nothing at all for
    /// <see cref="Silence"/>, or its connections are closed, as where it was killed.</summary>
    private const int MissedProbes = 4;
    private static readonly TimeSpan Probe = TimeSpan.FromSeconds(1.5);

    /// <summary>Orleans asks faster where answers come fast, so that four questions are missed within three seconds or so: too soon for one that
    /// only stands still, and is killed if the others believe it gone. So long it may, as where memory is short or its machine is moved.
    /// Orleans multiplies the longest wait for one answer by the number of answers: of itself it would be 24 s.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(16);

    /// <summary>Of so many recorders a server knows which other one has them, without asking again. Orleans makes room for a million from the
    /// start: 9 MB that a small server never needs.</summary>
    private const int RecordersElsewhere = 100_000;

    /// <summary>This process serves: from now on it needs a tenure of each camera that it changes something of. To be called before it
    /// begins.</summary>
    public static void BeginTenures(this IServiceProvider services) => services.GetService<NodeTenures>()?.Serve();

    /// <summary>Adds what one of several servers needs.</summary>
    internal static void AddNode(this IHostApplicationBuilder builder)
    {
        if (!builder.IsOneOfMany())
        {
            return;
        }

        builder.Services.AddSingleton<IValidateOptions<NodeOptions>, RedisCheck>();
        builder.Services.AddSingleton<NodeTenures>();
        builder.Services.AddHostedService<NodeFarewell>();
        builder.Services.AddSingleton<ITenures>(services => services.GetRequiredService<NodeTenures>());
    }

    /// <summary>Adds the silo, and what must begin after it.</summary>
    internal static void AddSilo(this IHostApplicationBuilder builder, ISiloBuilder silo)
    {
        silo.Configure<GrainDirectoryOptions>(directory => directory.CacheSize = RecordersElsewhere);
        if (!builder.IsOneOfMany())
        {
            silo.UseLocalhostClustering(SiloPort.FindFree(), gatewayPort: 0);
            silo.Configure<ClusterOptions>(cluster => cluster.ClusterId = cluster.ServiceId = "evercam");

            // It would end the process of one that seems to have joined for too long, which here is itself, by a clock that was set meanwhile.
            silo.Configure<ClusterMembershipOptions>(membership => membership.EvictWhenMaxJoinAttemptTimeExceeded = false);
            return;
        }

        silo.UseRedisClustering(_ => { });
        silo.Services.AddOptions<RedisClusteringOptions>().Configure<IOptions<NodeOptions>>(
            (redis, node) => redis.ConfigurationOptions = ConfigurationOptions.Parse(node.Value.Redis!));
        silo.Services.AddOptions<EndpointOptions>().Configure<IOptions<NodeOptions>>((endpoint, node) =>
        {
            endpoint.AdvertisedIPAddress = IPAddress.Parse(node.Value.Address);
            endpoint.SiloPort = node.Value.Port == 0 ? SiloPort.FindFree() : node.Value.Port;
            endpoint.GatewayPort = 0;
            endpoint.SiloListeningEndpoint = new(endpoint.AdvertisedIPAddress, endpoint.SiloPort);
        });

        // Those that share a bucket are one server: several of them may use one Redis.
        silo.Services.AddOptions<ClusterOptions>().Configure<IOptions<S3Options>>((cluster, bucket) =>
            (cluster.ServiceId, cluster.ClusterId) = ("evercam", $"{bucket.Value.Bucket}/{bucket.Value.Prefix}"));
        silo.Configure<ClusterMembershipOptions>(membership =>
        {
            membership.ProbeTimeout = Probe;
            membership.NumMissedProbesLimit = MissedProbes;
            membership.MaxProbeTimeout = Silence / MissedProbes;
            membership.TableRefreshTimeout = TimeSpan.FromSeconds(5);
            membership.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
            membership.DefunctSiloExpiration = TimeSpan.FromHours(1);
            membership.DefunctSiloCleanupPeriod = TimeSpan.FromMinutes(10);
        });
    }

    /// <summary>Adds what looks after all cameras; to begin after the silo.</summary>
    internal static void AddNodeGuard(this IHostApplicationBuilder builder)
    {
        if (builder.IsOneOfMany())
        {
            builder.Services.AddHostedService<NodeGuard>();
        }
    }

    private static bool IsOneOfMany(this IHostApplicationBuilder builder) =>
        !string.IsNullOrWhiteSpace(builder.Configuration[$"{NodeOptions.Section}:{nameof(NodeOptions.Redis)}"]);

    /// <summary>Says it in a sentence that repeats nothing: there may be a password in it.</summary>
    private sealed class RedisCheck : IValidateOptions<NodeOptions>
    {
        public ValidateOptionsResult Validate(string? name, NodeOptions options)
        {
            try
            {
                return ConfigurationOptions.Parse(options.Redis!).EndPoints.Count > 0
                    ? ValidateOptionsResult.Success
                    : ValidateOptionsResult.Fail($"{NodeOptions.Section}:Redis names no server.");
            }
            catch (Exception malformed) when (malformed is ArgumentException or FormatException)
            {
                return ValidateOptionsResult.Fail($"{NodeOptions.Section}:Redis is not how StackExchange.Redis writes a connection.");
            }
        }
    }
}
