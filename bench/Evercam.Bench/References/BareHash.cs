using System.Diagnostics;
using Evercam.Storage.Catalog;

namespace Evercam.Bench.References;

/// <summary>What log-ins are measured against: a process that does nothing but the hash of a password, as often as it can on one
/// processor.</summary>
internal static class BareHash
{
    public const string Command = "bare-hash";
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    /// <summary>Prints what one took, and its processor time, in milliseconds.</summary>
    public static async Task RunAsync(Arguments arguments, CancellationToken cancellation)
    {
        var time = arguments.Seconds("seconds", 10);
        arguments.End();

        var user = BenchData.NewUser(BenchData.UserName, BenchData.ApiId, BenchData.ApiKey);
        Repeat(user, WarmUp, cancellation);
        var (before, began) = (Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
        var count = Repeat(user, time, cancellation);
        var (took, used) = (Stopwatch.GetElapsedTime(began) / count, (Environment.CpuUsage.TotalTime - before) / count);
        await Console.Out.WriteLineAsync($"{took.TotalMilliseconds:0.000000} {used.TotalMilliseconds:0.000000}");
    }

    private static int Repeat(User user, TimeSpan time, CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        var count = 0;
        do
        {
            cancellation.ThrowIfCancellationRequested();
            BenchData.Hasher.VerifyHashedPassword(user, user.PasswordHash!, BenchData.Password);
            count++;
        }
        while (Stopwatch.GetElapsedTime(began) < time);
        return count;
    }
}
