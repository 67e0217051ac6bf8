using System.ComponentModel;
using Evercam.Server.Http;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Series;

/// <summary>Makes H.264 videos with ffmpeg: a process for each, which ends with whoever wants the video.</summary>
internal sealed partial class VideoMaker(IOptions<SeriesOptions> options, TimeProvider clock, ILogger<VideoMaker> log)
{
    private bool isThere;

    /// <summary>Sees whether videos can be made here, once.</summary>
    /// <exception cref="ApiException">There is no ffmpeg, or it does not work (503).</exception>
    public async Task TryAsync(CancellationToken cancellation)
    {
        if (!isThere)
        {
            await using var ffmpeg = Start(["-version"]);
            await ffmpeg.Output.CopyToAsync(Stream.Null, cancellation);
            ThrowIfFailed(await ffmpeg.EndAsync(cancellation));
            isThere = true;
        }
    }

    /// <summary>Makes a video and hands it out as it is made, as fast as it is taken.</summary>
    /// <exception cref="ApiException">There is no ffmpeg, it does not work, or the time is up (503).</exception>
    public Task StreamAsync(Film film, int perSecond, Stream viewer, CancellationToken cancellation) =>
        MakeAsync(FfmpegArguments.ForStream(film.Size, perSecond), film, viewer, cancellation);

    /// <summary>Makes a video and keeps it in a file.</summary>
    /// <exception cref="ApiException">There is no ffmpeg, it does not work, or the time is up (503).</exception>
    public Task SaveAsync(Film film, int perSecond, string path, CancellationToken cancellation) =>
        MakeAsync(FfmpegArguments.ForFile(film.Size, perSecond, path), film, Stream.Null, cancellation);

    private async Task MakeAsync(IReadOnlyList<string> arguments, Film film, Stream viewer, CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(options.Value.Deadline, clock);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            await RunAsync(arguments, film, viewer, over.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw ApiException.Incapable("The video took too long to make");
        }
    }

    private async Task RunAsync(IReadOnlyList<string> arguments, Film film, Stream viewer, CancellationToken cancellation)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var (ffmpeg, feeding) = (Start(arguments), Task.FromResult(false));
        try
        {
            feeding = ffmpeg.FeedAsync(film, over.Token);
            await ffmpeg.Output.CopyToAsync(viewer, over.Token);
            var isWhole = await feeding;
            var end = await ffmpeg.EndAsync(over.Token);
            ThrowIfFailed(isWhole ? end : end with { ExitCode = Math.Max(1, end.ExitCode) });
        }
        finally
        {
            // The film goes when this returns: nobody may look at it then.
            await over.CancelAsync();
            await ffmpeg.DisposeAsync();
            await ((Task)feeding).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void ThrowIfFailed(FfmpegEnd end)
    {
        if (end.ExitCode != 0)
        {
            LogFailed(end.ExitCode, end.Complaints);
            throw ApiException.Incapable("The video could not be made: ffmpeg failed");
        }
    }

    /// <exception cref="ApiException">There is none (503).</exception>
    private Ffmpeg Start(IReadOnlyList<string> arguments)
    {
        try
        {
            return Ffmpeg.Start(options.Value.Ffmpeg, arguments);
        }
        catch (Win32Exception reason)
        {
            LogNone(options.Value.Ffmpeg, reason.Message);
            throw ApiException.Incapable("Videos need ffmpeg, which is not installed on this server");
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "No video: {Program} cannot be started: {Reason}. On Debian, 'apt-get install ffmpeg' brings it; Evercam:Series:Ffmpeg says where it is")]
    private partial void LogNone(string program, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "No video: ffmpeg ended with {Code}: {Complaints}")]
    private partial void LogFailed(int code, string complaints);
}
