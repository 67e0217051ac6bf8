using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Evercam.Archive;

/// <summary>The time by which pictures grow old, as far as it is believed. It is written down beside the packs: what a clock that
/// jumped has dated proves nothing, and the server may be started again before a day has.</summary>
internal sealed partial class BelievedTime(IPackStore packs, ISnapshotIndex index, TimeProvider clock, ILogger log)
{
    /// <summary>How much of a day's proof a start may cost.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);

    private readonly AgeClock age = new(clock);
    private readonly DateTimeOffset begun = clock.GetUtcNow();
    private long? writtenAt;
    private bool isFailing;

    /// <summary>Looks at the clock; at first it is compared with what was believed before, else with the newest picture.</summary>
    /// <exception cref="IOException">The index does not answer, or all packs are away.</exception>
    public async Task<DateTimeOffset> TellAsync(CancellationToken cancellation)
    {
        if (age.IsNew)
        {
            var (time, ahead) = await ReadAsync(cancellation) ?? (await FindNewestAsync(cancellation), TimeSpan.Zero);
            age.Start(time, ahead);
        }

        var (wasDoubted, now) = (age.IsDoubted, age.Look());
        if (age.IsDoubted && !wasDoubted)
        {
            LogDoubted(clock.GetUtcNow(), now);
        }

        if (writtenAt is not { } last || age.IsDoubted != wasDoubted || clock.GetElapsedTime(last) >= Pause)
        {
            writtenAt = clock.GetTimestamp();
            await WriteAsync(now, cancellation);
        }

        return now;
    }

    /// <summary>The newest picture when the process began: what a clock that is wrong has dated since says nothing about it.</summary>
    private async Task<DateTimeOffset?> FindNewestAsync(CancellationToken cancellation)
    {
        DateTimeOffset? newest = null;
        var now = clock.GetUtcNow();
        now = begun < now ? begun : now;
        foreach (var camera in await index.ListCamerasAsync(cancellation))
        {
            var latest = (await index.FindAtOrBeforeAsync(camera, now, cancellation))?.TakenAt;
            newest = newest is null || latest > newest ? latest : newest;
            if (now - newest < TimeSpan.FromHours(1))
            {
                break;
            }
        }

        return newest;
    }

    /// <summary>What the process before this one believed, and how long the clock had been ahead of it by then.</summary>
    /// <returns><see langword="null"/> if nobody has written it down, or it cannot be read.</returns>
    private async Task<(DateTimeOffset? Time, TimeSpan Ahead)?> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            var words = Encoding.ASCII.GetString(await packs.ReadTimeAsync(cancellation) ?? []).Split(' ', '\n');
            return words is [var time, var ahead, ..]
                && DateTimeOffset.TryParseExact(time, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var believed)
                && TimeSpan.TryParseExact(ahead, "c", CultureInfo.InvariantCulture, out var since)
                ? (believed, since)
                : null;
        }
        catch (Exception reason) when (UnreadablePack.IsMeantBy(reason))
        {
            LogNotRead(reason);
            return null;
        }
    }

    /// <summary>A disk that does not take it keeps no picture from being given up: that may be what it needs.</summary>
    private async Task WriteAsync(DateTimeOffset believed, CancellationToken cancellation)
    {
        try
        {
            var text = string.Create(CultureInfo.InvariantCulture, $"{believed:O} {age.Ahead:c}\n");
            await packs.WriteTimeAsync(Encoding.ASCII.GetBytes(text), cancellation);
            isFailing = false;
        }
        catch (Exception reason) when (reason is IOException or UnauthorizedAccessException)
        {
            if (!isFailing)
            {
                LogNotWritten(reason);
            }

            isFailing = true;
        }
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "The clock says {Now}, far ahead of {Expected}: for a day no picture is given up for its age by that")]
    private partial void LogDoubted(DateTimeOffset now, DateTimeOffset expected);

    [LoggerMessage(Level = LogLevel.Error, Message = "What time was believed before cannot be read; the newest picture counts")]
    private partial void LogNotRead(Exception reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "What time it is cannot be written beside the packs; it will be tried again")]
    private partial void LogNotWritten(Exception reason);
}
