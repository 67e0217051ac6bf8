using Evercam.Tests.Servers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Evercam.Tests.Recorder;

/// <summary>What happens in which order when the server starts.</summary>
public sealed partial class RecorderStartTests
{
    private const string Started = "Information: The silo has started";
    private const string Waking = "cameras are to be watched";

    [Fact]
    public async Task Recorders_are_woken_when_the_silo_that_they_live_in_has_started()
    {
        using var log = new LogShelf();
        await using var app = await EvercamApp.StartAsync(adjust: builder =>
        {
            builder.Logging.AddProvider(log);

            // Hosted services start one after the other.
            var silo = builder.Services.Index().Single(service => service.Item.ImplementationType?.Name == "SiloHostedService").Index;
            builder.Services.Insert(silo + 1, ServiceDescriptor.Singleton<IHostedService, SiloWitness>());
        });
        await Eventually.IsTrueAsync(() => log.Lines.Any(line => line.Contains(Waking, StringComparison.Ordinal)));
        Assert.Equal(
            [Started, $"Information: 0 {Waking}"],
            log.Lines.Where(line => line == Started || line.Contains(Waking, StringComparison.Ordinal)));
    }

    private sealed partial class SiloWitness(ILogger<SiloWitness> log) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            LogStarted();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        [LoggerMessage(Level = LogLevel.Information, Message = "The silo has started")]
        private partial void LogStarted();
    }
}
