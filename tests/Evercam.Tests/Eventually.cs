namespace Evercam.Tests;

/// <summary>Waits for what happens by itself: looks again and again, and gives up after a time that only a failure needs.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static Task IsTrueAsync(Func<bool> condition) => IsTrueAsync(() => Task.FromResult(condition()));

    public static async Task IsTrueAsync(Func<Task<bool>> condition)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var begun = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begun) < Patience, "It never came to be.");
            await Task.Delay(Pause, TimeProvider.System, cancellation);
        }
    }
}
