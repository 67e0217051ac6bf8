namespace Evercam.Tests;

public class HouseTests
{
    [Fact]
    public void Runs_without_cultures() =>
        Assert.Equal("1.5", 1.5.ToString(System.Globalization.CultureInfo.CurrentCulture));
}
