using Evercam.Api;

namespace Evercam.Server.Commands.Remote;

/// <summary>Brings pictures to a camera. What it has already is not sent again.</summary>
/// <param name="server">The server.</param>
/// <param name="camera">The camera's id.</param>
/// <param name="count">Takes down what becomes of them.</param>
internal sealed class PictureImport(RemoteServer server, string camera, PictureCount count)
{
    private const int MostDays = 36_500;

    /// <summary>Complains once, and at once, of new pictures that are older than the camera keeps any: they are brought, and soon deleted
    /// again, unless somebody changes that.</summary>
    /// <param name="pictures">Oldest first.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellation">Ends the questions.</param>
    /// <returns>The seconds of which the camera has a picture already.</returns>
    public async Task<IReadOnlySet<long>> LookAsync(IReadOnlyList<FoundPicture> pictures, DateTimeOffset now, CancellationToken cancellation)
    {
        var known = pictures.Count == 0
            ? []
            : await server.AskAsync(api => api.Snapshots
                .ListAsync(camera, pictures[0].Second, pictures[^1].Second, pageSize: 1_000, cancellation: cancellation)
                .Select(snapshot => snapshot.CreatedAt).ToHashSetAsync(cancellationToken: cancellation).AsTask());
        if (pictures.Count > 0 && await KeepDaysAsync(cancellation) is { } days and > 0 and <= MostDays)
        {
            var oldest = now.AddDays(-days).ToUnixTimeSeconds();
            var old = pictures.Where(picture => picture.Second < oldest && !known.Contains(picture.Second)).ToList();
            if (old.Count > 0)
            {
                var these = old.Count == 1 ? "this is" : $"this and {old.Count - 1} more are";
                count.Complain(old[0].Name, $"{these} older than the {days} days that the camera keeps pictures (keep_days), and will be deleted again");
            }
        }

        await count.TellComplaintsAsync();
        return known;
    }

    /// <param name="pictures">Oldest first.</param>
    /// <param name="known">The seconds of which the camera has a picture already.</param>
    /// <param name="tell">Is told how far it is.</param>
    /// <param name="cancellation">Ends it after the picture at hand.</param>
    /// <returns>How many there were.</returns>
    public async Task<int> RunAsync(
        IReadOnlyList<FoundPicture> pictures, IReadOnlySet<long> known, Action<double> tell, CancellationToken cancellation)
    {
        var before = long.MinValue;
        for (var at = 0; at < pictures.Count; at++)
        {
            var picture = pictures[at];
            if (picture.Second == before)
            {
                count.Complain(picture.Name, "another picture has its second");
            }
            else if (known.Contains(picture.Second))
            {
                count.AlreadyThere++;
            }
            else
            {
                await BringAsync(picture, cancellation);
            }

            before = picture.Second;
            tell((at + 1.0) / pictures.Count);
        }

        return pictures.Count;
    }

    /// <summary>How many days the camera keeps pictures; <see langword="null"/> for ever, or where nobody says it: the caller may not see that, or
    /// the server knows no such setting.</summary>
    private async Task<int?> KeepDaysAsync(CancellationToken cancellation)
    {
        try
        {
            return (await server.Api.Recordings.GetAsync(camera, cancellation)).KeepDays;
        }
        catch (EvercamException)
        {
            return null;
        }
    }

    /// <summary>One that cannot be brought is no reason not to bring the rest, unless it is for lack of a right, or because the server is
    /// elsewhere.</summary>
    private async Task BringAsync(FoundPicture picture, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        try
        {
            await using var bytes = await picture.OpenAsync(cancellation);
            await server.AskAsync(api => api.Snapshots.UploadAsync(camera, picture.Second, bytes, picture.Notes, cancellation));
            count.Done++;
        }
        catch (Exception refusal) when (IsOfOnePicture(refusal as EvercamException ?? refusal.InnerException as EvercamException))
        {
            count.Complain(picture.Name, refusal.Message);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            count.Complain(picture.Name, unreadable.Message);
        }
    }

    private static bool IsOfOnePicture(EvercamException? refusal) => (int?)refusal?.Status is { } status
        and not (StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden or (>= 300 and < 400));
}
