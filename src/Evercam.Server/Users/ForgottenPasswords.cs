using System.Threading.Channels;
using Evercam.Server.Http;

namespace Evercam.Server.Users;

/// <summary>Takes the wishes of those who forgot their password. They are answered before anybody looks whether there is such an
/// account: neither the answer nor the time it takes tells.</summary>
internal sealed partial class ForgottenPasswords(IServiceScopeFactory scopes, ILogger<ForgottenPasswords> log) : BackgroundService
{
    private const int Capacity = 1_000;

    /// <summary>No email is longer, and no user name.</summary>
    private const int LoginLength = 254;

    private readonly Channel<string> wishes = Channel.CreateBounded<string>(Capacity);

    /// <summary>Sees to it that the user with this login is written to, if there is one.</summary>
    /// <exception cref="ApiException">Too many wait already (503).</exception>
    public void Help(string login)
    {
        if (login.Length <= LoginLength && !wishes.Writer.TryWrite(login))
        {
            throw ApiException.Busy("Too many mails wait to be written", TimeSpan.FromSeconds(10));
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        wishes.Writer.TryComplete();
        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // What was promised is kept, also while the server stops.
        await foreach (var login in wishes.Reader.ReadAllAsync(CancellationToken.None))
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                await scope.ServiceProvider.GetRequiredService<Passwords>().SendLinkAsync(login, CancellationToken.None);
            }
#pragma warning disable CA1031 // One wish that fails must not end the others.
            catch (Exception reason)
#pragma warning restore CA1031
            {
                LogNotWritten(reason);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A mail for someone who forgot the password could not be written")]
    private partial void LogNotWritten(Exception reason);
}
