using Evercam.Recorder;

namespace Evercam.Tests.Cluster;

public sealed class FairShareTests
{
    [Theory]
    [InlineData("a=100", "")]
    [InlineData("a=100 b=0", "b×50")]
    [InlineData("a=60 b=0 c=30", "b×30")]
    [InlineData("a=90 b=5 c=10", "b×30 c×25")]
    [InlineData("a=11 b=9", "")]
    [InlineData("a=12 b=10 c=8", "c×2")]
    [InlineData("a=10 b=90", "")]
    [InlineData("b=10 c=90", "")]
    [InlineData("a=2000 b=0", "b×500")]
    [InlineData("a=3 b=0", "")]
    [InlineData("a=4 b=0", "b×2")]
    public void Whoever_has_many_more_than_its_share_gives_the_surplus_to_those_who_have_fewest(string counts, string expected)
    {
        var servers = counts.Split(' ').Select(word => word.Split('=')).ToDictionary(pair => pair[0], pair => long.Parse(pair[1], null));
        Assert.Equal(expected, string.Join(' ', FairShare.Plan(servers, "a", 500).GroupBy(server => server).Select(to => $"{to.Key}×{to.Count()}")));
    }
}
