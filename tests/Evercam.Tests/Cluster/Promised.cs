namespace Evercam.Tests.Cluster;

/// <summary>What <c>docs/scaling.md</c> promises in seconds. Every run writes what it saw; only the long form holds the servers to it, as it has
/// a machine for itself.</summary>
internal static class Promised
{
    /// <summary>So soon others record the cameras of a server that was killed.</summary>
    public static readonly TimeSpan AfterDeath = TimeSpan.FromSeconds(15);

    /// <summary>So soon they do after a server froze.</summary>
    public static readonly TimeSpan AfterFreeze = TimeSpan.FromSeconds(30);

    /// <summary>So soon a server that comes has its share.</summary>
    public static readonly TimeSpan FairShare = TimeSpan.FromMinutes(1);

    /// <summary>So soon every server refuses what is allowed no longer.</summary>
    public static readonly TimeSpan Revocation = TimeSpan.FromSeconds(1);

    /// <summary>What was promised took so long.</summary>
    public static void Holds(TimeSpan promise, TimeSpan took, string what)
    {
        var said = $"{what} took {took.TotalSeconds:0.00} s of {promise.TotalSeconds:0}.";
        TestContext.Current.TestOutputHelper!.WriteLine(said);
        Assert.True(!LongForm.IsOn || took <= promise, said);
    }
}
