using System.Globalization;
using Evercam.Server.Rights;

namespace Evercam.Server.Series;

/// <summary><c>{"timelapses":[…]}</c>.</summary>
internal sealed record TimelapsesResponse(IReadOnlyList<TimelapseResponse> Timelapses)
{
    /// <param name="camera">Of which they are.</param>
    /// <param name="all">All that there are.</param>
    /// <param name="some">Which ones.</param>
    /// <param name="names">Of users, by their keys.</param>
    public static TimelapsesResponse Of(
        CameraFacts camera, Timelapses all, IEnumerable<Timelapse> some, IReadOnlyDictionary<long, string> names) =>
        new([.. some.Select(one => TimelapseResponse.Of(camera, one, all.ProgressOf(one), names.GetValueOrDefault(one.UserKey ?? 0)))]);
}

/// <summary>A time-lapse that was ordered.</summary>
/// <param name="Id">What it is called in paths.</param>
/// <param name="CameraId">The camera's id.</param>
/// <param name="UserId">The user who ordered it; <see langword="null"/> for an application by itself.</param>
/// <param name="Status"><c>waiting</c>, <c>running</c>, <c>done</c> or <c>failed</c>.</param>
/// <param name="Progress">How much of it is made, from 0 to 1.</param>
/// <param name="Reason">Why it failed; <see langword="null"/> if it did not.</param>
/// <param name="From">As it was ordered, and so is all up to <paramref name="Width"/>.</param>
/// <param name="To">The last moment.</param>
/// <param name="Every">The step.</param>
/// <param name="At">The time of day.</param>
/// <param name="Fps">Pictures per second.</param>
/// <param name="Width">Pixels, at most.</param>
/// <param name="Frames">How many pictures it shows; <see langword="null"/> until it is made.</param>
/// <param name="Bytes">How large it is; <see langword="null"/> until it is made.</param>
/// <param name="CreatedAt">When it was ordered, in Unix seconds.</param>
/// <param name="EndedAt">When it was made, or had failed.</param>
internal sealed record TimelapseResponse(
    string Id,
    string CameraId,
    string? UserId,
    string Status,
    double Progress,
    string? Reason,
    long? From,
    long? To,
    string Every,
    string? At,
    long? Fps,
    long? Width,
    int? Frames,
    long? Bytes,
    long CreatedAt,
    long? EndedAt)
{
    public static TimelapseResponse Of(CameraFacts camera, Timelapse timelapse, double progress, string? userId)
    {
        var isDone = timelapse.Status == TimelapseStatus.Done;
        return new(
            timelapse.Id,
            camera.Id,
            userId,
            timelapse.Status.ToString().ToLower(CultureInfo.InvariantCulture),
            Math.Round(progress, 3),
            timelapse.Reason,
            timelapse.Order.Series.From?.ToUnixTimeSeconds(),
            timelapse.Order.Series.To?.ToUnixTimeSeconds(),
            timelapse.Order.Series.Every,
            timelapse.Order.Series.At,
            timelapse.Order.PerSecond,
            timelapse.Order.Width,
            isDone ? timelapse.Frames : null,
            isDone ? timelapse.Bytes : null,
            timelapse.OrderedAt.ToUnixTimeSeconds(),
            timelapse.EndedAt?.ToUnixTimeSeconds());
    }
}
