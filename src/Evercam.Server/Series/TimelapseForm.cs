using Evercam.Archive;
using Evercam.Server.Http;
using Evercam.Server.Pages;
using Evercam.Server.Snapshots;
using NodaTime;
using NodaTime.Text;

namespace Evercam.Server.Series;

/// <summary><c>/cameras/{id}/timelapses</c>: what a person typed and picked.</summary>
/// <param name="Delete">The time-lapse that is to be deleted; empty for an order.</param>
/// <param name="First">The first day.</param>
/// <param name="Last">The last day, included.</param>
/// <param name="Every">The step.</param>
/// <param name="At">The time of day, for steps of days.</param>
/// <param name="PerSecond">Pictures per second.</param>
internal sealed record TimelapseForm(string Delete, string First, string Last, string Every, string At, string PerSecond)
{
    private const int ProposedDays = 7;

    /// <summary>What the page shows again.</summary>
    public Dictionary<string, string> Typed => new()
    {
        ["first"] = First,
        ["last"] = Last,
        ["every"] = Every,
        ["at"] = At,
        ["fps"] = PerSecond,
    };

    public static async ValueTask<TimelapseForm?> BindAsync(HttpContext context)
    {
        var form = await TypedForm.ReadAsync(context);
        return new(form.Line("delete"), form.Line("first"), form.Line("last"), form.Line("every"), form.Line("at"), form.Line("fps"));
    }

    /// <summary>The form before anybody has filled it in: it proposes the days up to one.</summary>
    public static TimelapseForm Upto(LocalDate day) =>
        new("", LocalDatePattern.Iso.Format(day.PlusDays(1 - ProposedDays)), LocalDatePattern.Iso.Format(day), "1h", "12:00", "24");

    /// <summary>The form before anybody has filled it in, for somebody who comes from a day's pictures.</summary>
    public static TimelapseForm Of(LocalDate day) =>
        new("", LocalDatePattern.Iso.Format(day), LocalDatePattern.Iso.Format(day), "1m", "12:00", "24");

    /// <summary>What it orders.</summary>
    /// <param name="zone">The camera's.</param>
    /// <param name="problems">What was wrong: a sentence for each field.</param>
    public VideoRequest Read(DateTimeZone zone, Dictionary<string, string> problems)
    {
        var (first, last) = (LocalDatePattern.Iso.Parse(First), LocalDatePattern.Iso.Parse(Last));
        foreach (var (field, day) in new[] { ("first", first), ("last", last) })
        {
            if (!day.Success || day.Value.Year < 1)
            {
                problems[field] = "Please choose a day, such as 2026-05-31.";
            }
        }

        if (problems.Count == 0 && last.Value < first.Value)
        {
            problems["last"] = "The last day comes before the first.";
        }

        var perSecond = ParamText.Integer(PerSecond);
        if (perSecond is null)
        {
            problems["fps"] = TimelapseWords.WrongPace;
        }

        var isOfDays = Step.Read(Every) is { IsOfDays: true };
        return problems.Count > 0
            ? new(new(null, null, Every, null), perSecond, null)
            : new(new(SnapshotCalendar.DayOf(first.Value, zone).Begins, LastOf(SnapshotCalendar.DayOf(last.Value, zone)), Every, isOfDays ? At : null), perSecond, null);
    }

    /// <summary>The last second of a day; of one that a zone left out, the one before.</summary>
    private static DateTimeOffset LastOf(ClockDay day) =>
        ArchiveTime.SecondOf(ArchiveTime.Add(day.Ends, TimeSpan.FromTicks(-1)));
}

/// <summary><c>GET /cameras/{id}/timelapses</c>.</summary>
/// <param name="Day">The day to propose; <see langword="null"/> for the last ones.</param>
internal sealed record DayQuery(LocalDate? Day)
{
    public static ValueTask<DayQuery?> BindAsync(HttpContext context) => ValueTask.FromResult<DayQuery?>(new(
        LocalDatePattern.Iso.Parse(context.Request.Query["day"].ToString()) is { Success: true } day ? day.Value : null));
}
