namespace Evercam.Server.OpenApi;

/// <summary>The forms of answers that are written as they come, piece by piece, and so have no type of their own elsewhere.</summary>
internal sealed record SnapshotsResponse(IReadOnlyList<SnapshotResponse> Snapshots);

/// <summary>A stored picture (contract 5.5).</summary>
/// <param name="Camera">The id of the camera.</param>
/// <param name="Notes">Free text that was kept with it.</param>
/// <param name="CreatedAt">When it was taken, Unix seconds.</param>
/// <param name="Timezone">The camera's.</param>
/// <param name="Kept">Whether it is marked to be kept; only where asked for.</param>
/// <param name="Data">The picture itself as a data URI; only where asked for.</param>
internal sealed record SnapshotResponse(
    string Camera, string? Notes, long CreatedAt, string Timezone, bool Kept = false, string? Data = null);

/// <summary><c>{"status":"ok","data":"data:image/jpeg;base64,…"}</c>.</summary>
internal sealed record TrialResponse(string Status, string Data);

/// <summary><c>{"series":[…]}</c>.</summary>
internal sealed record SeriesResponse(IReadOnlyList<SeriesStep> Series);

/// <param name="WantedAt">The wanted second, Unix time.</param>
/// <param name="Snapshot">The nearest picture; <see langword="null"/> where none is near enough.</param>
internal sealed record SeriesStep(long WantedAt, SnapshotResponse? Snapshot);

/// <summary>A camera's time in spans that leave no hole.</summary>
internal sealed record CoverageResponse(string CameraId, string Timezone, IReadOnlyList<SpanResponse> Spans);

/// <param name="From">The first second, Unix time.</param>
/// <param name="To">The second behind the last.</param>
/// <param name="Status">What became of recording.</param>
/// <param name="By">Who deleted; only where something was deleted.</param>
internal sealed record SpanResponse(long From, long To, string Status, string? By = null);
