using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Evercam.Tests.Servers;

/// <summary>Keeps all that a server logs: the level, the line and what was thrown.</summary>
[ProviderAlias("Shelf")]
internal sealed class LogShelf : ILoggerProvider, ILogger
{
    public ConcurrentQueue<string> Lines { get; } = [];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Enqueue($"{logLevel}: {formatter(state, exception)}{exception}");

    public void Dispose()
    {
    }
}
