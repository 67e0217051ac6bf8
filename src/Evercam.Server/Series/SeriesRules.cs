using System.Globalization;
using Evercam.Server.Http;
using Evercam.Server.Pictures;
using Evercam.Server.Rights;
using Evercam.Server.Snapshots;
using NodaTime.Text;

namespace Evercam.Server.Series;

/// <summary>What may be asked of a series. Pure.</summary>
internal static class SeriesRules
{
    private const int FewestPerSecond = 1;
    private const int MostPerSecond = 60;
    private const int UsualPerSecond = 24;

    private static readonly LocalTimePattern TimeOfDay = LocalTimePattern.CreateWithInvariantCulture("H:mm");

    /// <exception cref="ApiException">It breaks rules (400).</exception>
    public static SeriesPlan Check(SeriesRequest request, CameraFacts camera, SeriesOptions options)
    {
        var broken = new List<string>();
        var plan = Plan(request, camera, options, broken);
        return broken.Count == 0 ? plan! : throw ApiException.BrokenRules(broken);
    }

    /// <exception cref="ApiException">It breaks rules (400).</exception>
    public static (SeriesPlan Plan, VideoForm Form) Check(VideoRequest request, CameraFacts camera, SeriesOptions options)
    {
        var broken = new List<string>();
        var plan = Plan(request.Series, camera, options, broken);
        if (request.PerSecond is < FewestPerSecond or > MostPerSecond)
        {
            broken.Add("fps is invalid");
        }

        // The way colours are kept takes two columns together.
        if (request.Width is < ThumbnailOptions.Narrowest or > ThumbnailOptions.Widest || request.Width % 2 == 1)
        {
            broken.Add("width is invalid");
        }

        return broken.Count == 0
            ? (plan!, new((int)(request.PerSecond ?? UsualPerSecond), (int)(request.Width ?? ThumbnailOptions.Widest)))
            : throw ApiException.BrokenRules(broken);
    }

    private static SeriesPlan? Plan(SeriesRequest request, CameraFacts camera, SeriesOptions options, List<string> broken)
    {
        var (from, to, every) = (request.From, request.To, Step.Read(request.Every));
        RequireFilled("from", from is not null);
        RequireFilled("to", to is not null);
        RequireFilled("every", request.Every.Length > 0);
        if (every is null && request.Every.Length > 0)
        {
            broken.Add("every is invalid");
        }

        var at = request.At is { Length: > 0 } text ? TimeOfDay.Parse(text.Trim()) : null;
        if (at is { Success: false })
        {
            broken.Add("at is invalid");
        }
        else if (at is not null && every is { IsOfDays: false })
        {
            broken.Add("at is only for steps of days or weeks");
        }

        if (broken.Count > 0)
        {
            return null;
        }

        var step = every!.Value;
        if ((to!.Value - from!.Value) / step.Length >= options.Steps)
        {
            broken.Add(string.Create(CultureInfo.InvariantCulture, $"a series has at most {options.Steps} steps"));
            return null;
        }

        var zone = SnapshotCalendar.ZoneOf(camera.Timezone);
        return new(camera, [.. SeriesSteps.Of(from.Value, to.Value, step, at?.Value, zone)], step.Length / 2);

        void RequireFilled(string name, bool isFilled)
        {
            if (!isFilled)
            {
                broken.Add(ParamReader.Blank(name));
            }
        }
    }
}
