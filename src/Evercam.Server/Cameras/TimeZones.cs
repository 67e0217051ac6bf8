using Evercam.Storage.Catalog;
using NodaTime.TimeZones;

namespace Evercam.Server.Cameras;

/// <summary>The time zones that people choose from: one for each place of the time zone database. Cameras may have others, which are
/// old names of the same.</summary>
internal static class TimeZones
{
    private static readonly List<(string Value, string Text)> Usual =
    [
        (Camera.DefaultTimezone, "UTC"),
        .. TzdbDateTimeZoneSource.Default.ZoneLocations!.Select(place => place.ZoneId).Distinct().Order(StringComparer.Ordinal)
            .Select(id => (id, id.Replace('_', ' '))),
    ];

    /// <summary>The usual ones, and the one that a camera has or somebody typed.</summary>
    public static IEnumerable<(string Value, string Text)> With(string id) =>
        id.Length == 0 || Usual.Exists(zone => zone.Value == id) ? Usual : Usual.Append((id, id));
}
