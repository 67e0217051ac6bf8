using Evercam.Server.Snapshots;

namespace Evercam.Tests.Snapshots;

public class SnapshotRulesTests
{
    private static readonly SnapshotOptions Usual = new();
    private static readonly SnapshotOptions Small = new() { PerPage = 20, PerPageWithData = 5 };

    [Theory]
    [InlineData(null, 100, 10)]
    [InlineData(0L, 100, 10)]
    [InlineData(-5L, 100, 10)]
    [InlineData(long.MinValue, 100, 10)]
    [InlineData(1L, 1, 1)]
    [InlineData(100L, 100, 100)]
    [InlineData(101L, 101, 100)]
    [InlineData(1_000L, 1_000, 100)]
    [InlineData(1_001L, 1_000, 100)]
    [InlineData(long.MaxValue, 1_000, 100)]
    public void A_page_holds_what_is_asked_for_within_bounds(long? asked, int without, int with) => Assert.Equal(
        (without, with), (SnapshotRules.LimitOf(asked, withData: false, Usual), SnapshotRules.LimitOf(asked, withData: true, Usual)));

    [Theory]
    [InlineData(null, 20, 5)]
    [InlineData(3L, 3, 3)]
    [InlineData(1_000L, 20, 5)]
    public void The_bounds_are_settings(long? asked, int without, int with) => Assert.Equal(
        (without, with), (SnapshotRules.LimitOf(asked, withData: false, Small), SnapshotRules.LimitOf(asked, withData: true, Small)));

    [Theory]
    [InlineData(null, 0L)]
    [InlineData(0L, 0L)]
    [InlineData(-3L, 0L)]
    [InlineData(1L, 0L)]
    [InlineData(2L, 100L)]
    [InlineData(long.MaxValue, null)]
    public void The_first_page_is_1(long? page, long? skipped) => Assert.Equal(skipped, SnapshotRules.SkipOf(page, 100));
}
