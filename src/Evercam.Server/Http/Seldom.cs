namespace Evercam.Server.Http;

/// <summary>Lets something through once in a while, however often it comes, such as a line of the log. Thread-safe.</summary>
/// <param name="pause">How long nothing else is let through.</param>
/// <param name="clock">Tells time.</param>
internal sealed class Seldom(TimeSpan pause, TimeProvider clock)
{
    private readonly Lock state = new();
    private long? lastAt;

    public bool IsDue()
    {
        lock (state)
        {
            if (lastAt is { } last && clock.GetElapsedTime(last) < pause)
            {
                return false;
            }

            lastAt = clock.GetTimestamp();
            return true;
        }
    }
}
