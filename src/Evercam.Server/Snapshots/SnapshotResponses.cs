namespace Evercam.Server.Snapshots;

/// <summary><c>{"days":[1,17]}</c>: the days of a month that have pictures.</summary>
internal sealed record DaysResponse(IReadOnlyList<int> Days);

/// <summary><c>{"hours":[0,17]}</c>: the hours of a day that have pictures.</summary>
internal sealed record HoursResponse(IReadOnlyList<int> Hours);
