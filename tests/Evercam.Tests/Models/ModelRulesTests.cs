using Evercam.Server.Models;
using Evercam.Storage.Catalog;

namespace Evercam.Tests.Models;

/// <summary>Which model answers for a name (contract 4.6).</summary>
public class ModelRulesTests
{
    private static readonly CameraModel[] Models =
    [
        Model("*", "*"), Model("abcd"), Model("abc"), Model("Pro Series", "PS-1", "PS-2", "ABCD-X"), Model("x"), Model("DS-2.4"),
    ];

    [Theory]
    [InlineData("abcd", "abcd")]
    [InlineData("ABCD", "abcd")]
    [InlineData("abc", "abc")]
    [InlineData("pro series", "Pro Series")]
    [InlineData("ps-2", "Pro Series")]
    [InlineData("abcd-x", "Pro Series")]
    [InlineData("abcd-e", "abcd")]
    [InlineData("E-ABCDE", "abcd")]
    [InlineData("abc-e", "abc")]
    [InlineData("the pro series 2", "Pro Series")]
    [InlineData("ps-2b", "*")]
    [InlineData("box", "x")]
    [InlineData("DS-2.4", "DS-2.4")]
    [InlineData("unknown", "*")]
    [InlineData("*", "*")]
    [InlineData("a*", "*")]
    [InlineData(" ", "*")]
    [InlineData("", "*")]
    public void A_name_finds_a_model(string name, string found) => Assert.Equal(found, ModelRules.Choose(Models, name)!.Name);

    [Theory]
    [InlineData("unknown", null)]
    [InlineData("*", null)]
    [InlineData("abcd-e", "abcd")]
    public void Without_a_default_there_may_be_none(string name, string? found) =>
        Assert.Equal(found, ModelRules.Choose([.. Models.Where(m => m.Name != "*")], name)?.Name);

    [Fact]
    public void Of_equally_long_names_the_first_one_answers() =>
        Assert.Equal("aa", ModelRules.Choose([Model("bb"), Model("aa")], "bb-aa")!.Name);

    private static CameraModel Model(string name, params string[] known) => new() { Name = name, KnownModels = [.. known] };
}
