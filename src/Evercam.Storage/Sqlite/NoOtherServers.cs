namespace Evercam.Storage.Sqlite;

/// <summary>A file belongs to one server. What a command changes beside it comes out when what is remembered has had its time.</summary>
internal sealed class NoOtherServers : IOtherServers
{
    public TimeSpan Silence => TimeSpan.Zero;

    public Task ListenAsync(Action<CatalogChange> changed, Action missed, CancellationToken cancellation) => Task.CompletedTask;

    public Task AwaitDutyAsync(CancellationToken cancellation) => Task.CompletedTask;
}
