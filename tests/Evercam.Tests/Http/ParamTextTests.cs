using Evercam.Server.Http;

namespace Evercam.Tests.Http;

public class ParamTextTests
{
    [Theory]
    [InlineData("1", true)]
    [InlineData("on", true)]
    [InlineData("T", true)]
    [InlineData("True", true)]
    [InlineData("y", true)]
    [InlineData("YES", true)]
    [InlineData("0", false)]
    [InlineData("Off", false)]
    [InlineData("f", false)]
    [InlineData("False", false)]
    [InlineData("n", false)]
    [InlineData("no", false)]
    [InlineData("", null)]
    [InlineData("2", null)]
    [InlineData(" true", null)]
    [InlineData("truth", null)]
    public void Booleans_come_in_many_words(string text, bool? wanted) => Assert.Equal(wanted, ParamText.Boolean(text));

    [Theory]
    [InlineData("0", 0L)]
    [InlineData("-0", 0L)]
    [InlineData("+17", 17L)]
    [InlineData(" 17", 17L)]
    [InlineData("-17", -17L)]
    [InlineData("0017", 17L)]
    [InlineData("1397651000.999", 1397651000L)]
    [InlineData("-1.9", -1L)]
    [InlineData("-0.5", 0L)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("9223372036854775807.9", long.MaxValue)]
    [InlineData("-9223372036854775808", long.MinValue)]
    [InlineData("9223372036854775808", null)]
    [InlineData("-9223372036854775809", null)]
    [InlineData("", null)]
    [InlineData(" ", null)]
    [InlineData("+", null)]
    [InlineData(".5", null)]
    [InlineData("5.", null)]
    [InlineData("5.-5", null)]
    [InlineData("1.2.3", null)]
    [InlineData("1e3", null)]
    [InlineData("0x10", null)]
    [InlineData("1,000", null)]
    [InlineData("17\n", null)]
    [InlineData("١٧", null)]
    [InlineData("NaN", null)]
    public void Integers_are_digits_with_a_sign_and_a_fraction_that_is_cut(string text, long? wanted) =>
        Assert.Equal(wanted, ParamText.Integer(text));

    [Theory]
    [InlineData("17", 17L)]
    [InlineData("17.9", 17L)]
    [InlineData("-17.9", -17L)]
    [InlineData("1e3", 1000L)]
    [InlineData("15E-1", 1L)]
    [InlineData("9.223372036854775807e18", long.MaxValue)]
    [InlineData("9.223372036854775808e18", null)]
    [InlineData("1e400", null)]
    [InlineData("1e-400", 0L)]
    public void Json_numbers_may_have_an_exponent(string number, long? wanted) =>
        Assert.Equal(wanted, ParamText.IntegerOfNumber(number));

    [Theory]
    [InlineData("-62135596800", "0001-01-01T00:00:00Z")]
    [InlineData("0", "1970-01-01T00:00:00Z")]
    [InlineData("1.25", "1970-01-01T00:00:01.25Z")]
    [InlineData("-0.5", "1969-12-31T23:59:59.5Z")]
    [InlineData("253402300799", "9999-12-31T23:59:59Z")]
    [InlineData("253402300799.9999999", "9999-12-31T23:59:59.9999999Z")]
    [InlineData("253402300800", null)]
    [InlineData("-62135596801", null)]
    [InlineData("79228162514264337593543950335", null)]
    public void Moments_lie_in_the_years_1_to_9999(string seconds, string? wanted) => Assert.Equal(
        wanted is null ? null : DateTimeOffset.Parse(wanted, null),
        ParamText.Moment(ParamText.Fraction(seconds)!.Value));

    [Theory]
    [InlineData("", true)]
    [InlineData("Zoë 📷\r\n\t", true)]
    [InlineData("a\0b", false)]
    public void Clean_text_has_no_nul(string text, bool clean) => Assert.Equal(clean, ParamText.IsClean(text));

    [Fact]
    public void Clean_text_has_no_half_letter()
    {
        Assert.False(ParamText.IsClean("\ud83d"));
        Assert.False(ParamText.IsClean("\udcf7\ud83d"));
        Assert.False(ParamText.IsClean("x\ud83dx"));
    }
}
