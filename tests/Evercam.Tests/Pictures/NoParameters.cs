namespace Evercam.Tests.Pictures;

/// <summary>What the contract does not know of a picture: it changes nothing (0.3).</summary>
public static class NoParameters
{
    /// <summary>Queries, among them widths that cannot be used.</summary>
    public static TheoryData<string> Queries =>
    [
        "width=wide", "width=", "width=63", "width=1921", "width=99999999999999999999", "width[]=320", "width=%ff", "_=1397651000123",
        "height=x&timestamp=x&notes=%00&with_data=maybe&id=nothing",
    ];
}
