using Evercam.Server.Rights;

namespace Evercam.Server.Series;

/// <summary>A series that may be had.</summary>
/// <param name="Camera">Whose pictures.</param>
/// <param name="Steps">The moments that are wanted, ascending.</param>
/// <param name="Within">How far from its moment a picture may lie: half a step, so that it belongs to one of them only.</param>
internal sealed record SeriesPlan(CameraFacts Camera, IReadOnlyList<DateTimeOffset> Steps, TimeSpan Within);
