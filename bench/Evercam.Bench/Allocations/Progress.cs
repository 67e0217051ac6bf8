using BenchmarkDotNet.Loggers;

namespace Evercam.Bench.Allocations;

/// <summary>What BenchmarkDotNet says meanwhile, where progress goes.</summary>
internal sealed class Progress : ILogger
{
    public string Id => nameof(Progress);

    public int Priority => 0;

    public void Write(LogKind logKind, string text) => Console.Error.Write(text);

    public void WriteLine() => Console.Error.WriteLine();

    public void WriteLine(LogKind logKind, string text) => Console.Error.WriteLine(text);

    public void Flush() => Console.Error.Flush();
}
