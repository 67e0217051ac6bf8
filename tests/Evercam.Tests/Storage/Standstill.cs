using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Evercam.Tests.Storage;

/// <summary>Stops a request in its middle, at something that it asks the catalog, so that something else can happen meanwhile.</summary>
public sealed class Standstill : DbCommandInterceptor, IDisposable
{
    private Halt? halt;

    /// <summary>Stops the first request that is about to ask this.</summary>
    /// <param name="words">Words of the statement, without quotation marks.</param>
    public Halt Before(string words) => halt = new(words, isAfter: false);

    /// <summary>Stops the first request that has read the answer to this.</summary>
    /// <param name="words">Words of the statement, without quotation marks.</param>
    public Halt After(string words) => halt = new(words, isAfter: true);

    public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        await PassAsync(command, isAfter: false);
        return result;
    }

    public override async ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        await PassAsync(command, isAfter: false);
        return result;
    }

    public override async ValueTask<InterceptionResult> DataReaderClosingAsync(
        DbCommand command, DataReaderClosingEventData eventData, InterceptionResult result)
    {
        await PassAsync(command, isAfter: true);
        return result;
    }

    public void Dispose() => halt?.Dispose();

    private async Task PassAsync(DbCommand command, bool isAfter)
    {
        if (halt is { } here && here.IsAt(command.CommandText, isAfter) && Interlocked.CompareExchange(ref halt, null, here) == here)
        {
            await here.StopAsync();
        }
    }
}

/// <summary>Where a request stops. It goes on at the latest when this is disposed of.</summary>
public sealed class Halt(string words, bool isAfter) : IDisposable
{
    private readonly TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource left = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Waits until the request is there.</summary>
    public async Task IsReachedByAsync(Task request)
    {
        await Task.WhenAny(reached.Task, request);
        Assert.True(reached.Task.IsCompleted, "The request never came there.");
    }

    /// <summary>Lets it go on.</summary>
    public void GoOn() => left.TrySetResult();

    /// <summary>Lets the catalog fail there.</summary>
    public void Fail() => left.TrySetException(new InvalidOperationException("It fails."));

    public void Dispose() => GoOn();

    internal bool IsAt(string statement, bool isAnswered) => isAnswered == isAfter
        && statement.Replace("\"", "", StringComparison.Ordinal).Contains(words, StringComparison.Ordinal);

    internal Task StopAsync()
    {
        reached.TrySetResult();
        return left.Task;
    }
}
