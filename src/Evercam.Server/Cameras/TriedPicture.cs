using Evercam.CameraClient;
using Evercam.Server.Http;

namespace Evercam.Server.Cameras;

/// <summary>The picture of a camera that is tried, and the trial, which takes a place among all until the picture is told.</summary>
internal sealed class TriedPicture(CameraPicture picture, IDisposable trial)
{
    /// <summary>Who reads more slowly keeps the place of someone else.</summary>
    private static readonly AnswerPace Pace = new(BytesPerSecond: 16 * 1024, Grace: TimeSpan.FromSeconds(5));

    public CameraPicture Picture => picture;

    /// <summary>Tries a camera.</summary>
    /// <exception cref="ApiException">There are too many trials (429).</exception>
    /// <exception cref="CameraException">The camera gave no picture.</exception>
    public static async Task<TriedPicture> FetchAsync(
        CameraEndpoint endpoint, Caller caller, CameraTrials trials, CameraFetcher fetcher, CancellationToken cancellation)
    {
        var trial = trials.Begin(caller);
        try
        {
            return new TriedPicture(await fetcher.TryAsync(endpoint, cancellation), trial);
        }
        catch
        {
            trial.Dispose();
            throw;
        }
    }

    /// <summary>Gives it back when the answer is sent, which is not to take long.</summary>
    public void EndWith(HttpContext context)
    {
        context.SetPace(Pace);
        context.Response.RegisterForDispose(picture);
        context.Response.RegisterForDispose(trial);
    }
}
