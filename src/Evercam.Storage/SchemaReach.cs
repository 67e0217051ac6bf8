namespace Evercam.Storage;

/// <summary>Which programs can use a database that others have changed. The names of the changes say it, which every version can read: of the
/// change <c>20270101120000_Notes_since_Tenures</c>, no program need know that knows the change <c>Tenures</c>. Of a change whose name says
/// nothing, every program must know.</summary>
internal static class SchemaReach
{
    private const string Word = "_since_";

    /// <summary>How long a change's own moment is.</summary>
    private const int MomentLength = 14;

    /// <summary>The first of the changes that a program must know, and does not.</summary>
    public static string? FindBarrier(IReadOnlyCollection<string> known, IEnumerable<string> applied)
    {
        var names = known.Select(Name).ToHashSet();
        return applied.Except(known).FirstOrDefault(change => Since(change) is not { } since || !names.Contains(since));
    }

    /// <summary>The name of the change that a program must know to do without knowing this one; <see langword="null"/> if none can.</summary>
    public static string? Since(string change) =>
        change.Split(Word) is [{ Length: > MomentLength }, { Length: > 0 } since] ? since : null;

    /// <summary>When a change was made, as its name begins: changes are in the order of that.</summary>
    public static string Moment(string change) => change[..MomentLength];

    /// <summary>What others call it: without its moment, and without what it says of them.</summary>
    private static string Name(string change) => change.Split(Word)[0][(MomentLength + 1)..];
}
