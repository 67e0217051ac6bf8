using System.Globalization;
using System.Text.RegularExpressions;

namespace Evercam.Server.Commands.Remote;

/// <summary>Names of picture files by their time, and times by their names.</summary>
internal static partial class PictureName
{
    /// <summary>What stands behind the name of a picture's notes.</summary>
    public const string NotesEnding = ".txt";

    /// <summary>The first second of the year 1.</summary>
    public const long FirstSecond = -62_135_596_800;

    /// <summary>The last second of the year 9999.</summary>
    public const long LastSecond = 253_402_300_799;

    private static readonly string[] Endings = [".jpg", ".png", ".gif"];

    public static IEnumerable<string> AllEndings => Endings;

    /// <summary><c>2014-04-16/2014-04-16T12-23-20Z</c>: the day and the second in UTC, without the ending. Of a second that no calendar
    /// has, the number.</summary>
    public static string Of(long second) => IsTime(second)
        ? DateTimeOffset.FromUnixTimeSeconds(second).ToString("yyyy-MM-dd'/'yyyy-MM-dd'T'HH-mm-ss'Z'", CultureInfo.InvariantCulture)
        : second.ToString(CultureInfo.InvariantCulture);

    /// <summary>Whether a second is in the years 1 to 9999.</summary>
    public static bool IsTime(long second) => second is >= FirstSecond and <= LastSecond;

    /// <summary>The ending for a picture, by how it begins; <see langword="null"/> if it is none.</summary>
    public static string? EndingOf(byte[] picture) => picture switch
    {
        [0xFF, 0xD8, 0xFF, ..] => ".jpg",
        [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => ".png",
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', ..] => ".gif",
        _ => null,
    };

    public static bool IsPicture(string file) =>
        Endings.Append(".jpeg").Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase);

    /// <summary>The second that our own names say, those of an export and those of packs: always UTC.</summary>
    public static long? OwnSecond(string file) => Own().Match(Path.GetFileNameWithoutExtension(file)) is { Success: true } name
        && TimeOf(name) is { } time ? new DateTimeOffset(time, TimeSpan.Zero).ToUnixTimeSeconds() : null;

    /// <summary>The time that a camera wrote into a name, by its own clock: <c>20140416122320</c>, <c>2014-04-16_12-23-20</c>,
    /// <c>IMG_20140416_122320</c>, and whatever stands around them.</summary>
    public static DateTime? CameraTime(string file) =>
        Clock().Matches(Path.GetFileNameWithoutExtension(file)).Select(TimeOf).FirstOrDefault(time => time is not null);

    /// <summary>The second of a name that is one, in Unix time, or in milliseconds.</summary>
    public static long? UnixSecond(string file)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        return name.Length is 10 or 13 && name.All(char.IsAsciiDigit)
            ? long.Parse(name.AsSpan(0, 10), NumberStyles.None, CultureInfo.InvariantCulture)
            : null;
    }

    private static DateTime? TimeOf(Match name)
    {
        var digits = string.Concat(name.Groups.Values.Skip(1).Select(group => group.Value));
        return DateTime.TryParseExact(digits, "yyyyMMddHHmmss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;
    }

    [GeneratedRegex(@"^(\d{4})-(\d\d)-(\d\d)T(\d\d)-(\d\d)-(\d\d)(?:\.\d{6})?Z$")]
    private static partial Regex Own();

    [GeneratedRegex(@"(?<!\d)((?:19|20)\d\d)[-_.]?(\d\d)[-_.]?(\d\d)[-_.T ]?(\d\d)[-_.:]?(\d\d)[-_.:]?(\d\d)")]
    private static partial Regex Clock();
}
