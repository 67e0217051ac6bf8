using Evercam.Storage;

namespace Evercam.Tests.Storage;

/// <summary>Which programs can use a database that another version has changed.</summary>
public sealed class SchemaReachTests
{
    private static readonly string[] Known = ["20260101000000_Catalog", "20260102000000_Notes_since_Catalog"];

    [Theory]
    [InlineData("20260101000000_Catalog", null)]
    [InlineData("20260102000000_Notes_since_Catalog", null)]

    // What was only added: also one by one.
    [InlineData("20260103000000_Marks_since_Catalog", null)]
    [InlineData("20260103000000_Marks_since_Notes", null)]
    [InlineData("20260103000000_Marks_since_Notes 20260104000000_Signs_since_Catalog", null)]

    // What takes away what this program needs.
    [InlineData("20260104000000_NoNotes_since_Marks", "20260104000000_NoNotes_since_Marks")]
    [InlineData("20260103000000_Marks_since_Notes 20260104000000_NoNotes_since_Marks", "20260104000000_NoNotes_since_Marks")]

    // What says nothing, or nothing that is known, can be anything.
    [InlineData("20260103000000_Marks", "20260103000000_Marks")]
    [InlineData("20260103000000_Marks_since_", "20260103000000_Marks_since_")]
    [InlineData("20260103000000_Marks_since_Catalogue", "20260103000000_Marks_since_Catalogue")]
    [InlineData("Notes_since_Catalog", "Notes_since_Catalog")]
    public void Names_of_changes_say_who_can_do_without_knowing_them(string applied, string? barrier) =>
        Assert.Equal(barrier, SchemaReach.FindBarrier(Known, [.. Known, .. applied.Split(' ')]));
}
