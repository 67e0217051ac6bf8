using CsCheck;
using Evercam.Server.Http;

namespace Evercam.Tests.Attack;

/// <summary>What every parser bears: it refuses in the one way that it has, comes to an end, and takes memory by the size of what it
/// reads.</summary>
internal static class Bearing
{
    /// <summary>What a first call may need once, such as compiled expressions, or a buffer.</summary>
    private const long Once = 4_000_000;

    private const long PerUnit = 2_000;

    /// <summary>Of a thousand times as much: what nobody finishes by going over it again and again.</summary>
    private static readonly TimeSpan Endless = TimeSpan.FromMinutes(10);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Gives many cases to a parser, or until one breaks it.</summary>
    /// <param name="cases">What comes.</param>
    /// <param name="sizeOf">How long it is.</param>
    /// <param name="parse">Reads it; may refuse by an <see cref="ApiException"/> of a bad request.</param>
    /// <param name="count">How many cases there are.</param>
    public static void All<T>(Gen<T> cases, Func<T, int> sizeOf, Action<T> parse, int count) =>
        cases.Sample(one => One(sizeOf(one), () => parse(one)), iter: count);

    /// <summary>The same to a parser that may wait.</summary>
    public static Task AllAsync<T>(Gen<T> cases, Func<T, int> sizeOf, Func<T, Task> parse, int count) => cases.SampleAsync(
        async one =>
        {
            var (thread, before) = (Environment.CurrentManagedThreadId, GC.GetAllocatedBytesForCurrentThread());
            try
            {
                await parse(one);
            }
            catch (ApiException refusal)
            {
                Assert.InRange(refusal.Status, 400, 499);
            }

            // Where it has waited, another thread counts.
            if (thread == Environment.CurrentManagedThreadId)
            {
                IsModest(before, sizeOf(one));
            }
        },
        iter: count);

    /// <summary>Gives a parser each word again and again, up to what a request may bring; in the long form each pair of words, too.</summary>
    public static Task PumpedAsync(string[] words, string frame, Action<string> parse, int length = 16 * 1024) => Task.Run(
        () =>
        {
            foreach (var word in words.Concat(from first in words from second in words where LongForm.IsOn select first + second))
            {
                var text = frame.Replace("*", string.Concat(Enumerable.Repeat(word, length / word.Length)), StringComparison.Ordinal);
                One(text.Length, () => parse(text));
            }
        },
        Cancellation).WaitAsync(Endless, Cancellation);

    private static void One(int size, Action parse)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            parse();
        }
        catch (ApiException refusal)
        {
            Assert.InRange(refusal.Status, 400, 499);
        }

        IsModest(before, size);
    }

    private static void IsModest(long before, int size) =>
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Once + (PerUnit * size));
}
