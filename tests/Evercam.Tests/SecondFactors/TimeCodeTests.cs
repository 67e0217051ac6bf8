using System.Text;
using Evercam.Server.Http;
using Evercam.Server.SecondFactors;

namespace Evercam.Tests.SecondFactors;

/// <summary>The rules of second factors that need no server.</summary>
public sealed class TimeCodeTests
{
    /// <summary>The secret of the examples in RFC 6238.</summary>
    private static readonly byte[] Secret = "12345678901234567890"u8.ToArray();

    [Theory]
    [InlineData(59, "94287082")]
    [InlineData(1_111_111_109, "07081804")]
    [InlineData(1_111_111_111, "14050471")]
    [InlineData(1_234_567_890, "89005924")]
    [InlineData(2_000_000_000, "69279037")]
    [InlineData(20_000_000_000, "65353130")]
    public void Codes_are_those_of_the_standard(long seconds, string code)
    {
        var step = TimeCode.StepAt(DateTimeOffset.FromUnixTimeSeconds(seconds));
        Assert.Equal(code, TimeCode.Of(Secret, step, length: 8));
        Assert.Equal(code[2..], TimeCode.Of(Secret, step));
    }

    [Theory]
    [InlineData(0, "755224")]
    [InlineData(1, "287082")]
    [InlineData(2, "359152")]
    [InlineData(3, "969429")]
    [InlineData(4, "338314")]
    [InlineData(5, "254676")]
    [InlineData(6, "287922")]
    [InlineData(7, "162583")]
    [InlineData(8, "399871")]
    [InlineData(9, "520489")]
    public void And_those_of_the_standard_before_it(long step, string code) => Assert.Equal(code, TimeCode.Of(Secret, step));

    [Theory]
    [InlineData(-2, false)]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void A_code_is_good_a_step_early_or_late(long late, bool isGood) =>
        Assert.Equal(isGood ? 1_000 + late : null, TimeCode.FindStep(Secret, TimeCode.Of(Secret, 1_000 + late), 1_000));

    [Theory]
    [InlineData("")]
    [InlineData("28708")]
    [InlineData("2870822")]
    [InlineData("287083")]
    [InlineData("２８７０８２")]
    public void What_is_no_code_is_none(string code) => Assert.Null(TimeCode.FindStep(Secret, code, 1));

    [Theory]
    [InlineData("287082", "287082")]
    [InlineData("287 082", "287082")]
    [InlineData(" 1234-5678-9012 ", "123456789012")]
    [InlineData("28708x", "")]
    [InlineData("２８７０８２", "")]
    [InlineData("-", "")]
    public void People_write_codes_with_blanks_and_dashes(string typed, string digits) => Assert.Equal(digits, CodeDoor.Digits(typed));

    [Theory]
    [InlineData("", "")]
    [InlineData("f", "MY")]
    [InlineData("fo", "MZXQ")]
    [InlineData("foo", "MZXW6")]
    [InlineData("foob", "MZXW6YQ")]
    [InlineData("fooba", "MZXW6YTB")]
    [InlineData("foobar", "MZXW6YTBOI")]
    public void Apps_take_secrets_in_base_32(string text, string encoded) => Assert.Equal(encoded, Base32.Encode(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Recovery_codes_are_many_and_random()
    {
        var codes = RecoveryCodes.Create();
        Assert.Equal(RecoveryCodes.Number, codes.Distinct().Count());
        Assert.All(codes, code => Assert.Matches(@"\A[0-9]{12}\z", code));
        Assert.Equal("1234-5678-9012", RecoveryCodes.Write("123456789012"));
        Assert.NotEqual(RecoveryCodes.HashOf(Secret, codes[0]), RecoveryCodes.HashOf("other"u8, codes[0]));
    }

    [Fact]
    public void A_picture_of_the_key_has_a_quiet_border_and_its_corners()
    {
        var picture = QrCode.Of("otpauth://totp/Evercam%20example.org:joe?secret=JBSWY3DPEHPK3PXP&issuer=Evercam%20example.org");
        Assert.InRange(picture.Size, 21 + 8, 177 + 8);

        // The first row of the corner on the left: seven modules, behind four light ones.
        Assert.StartsWith("M4 4h7v1h-7z", picture.Path, StringComparison.Ordinal);
        Assert.Contains($"M{picture.Size - 11} 4h7v1h-7z", picture.Path, StringComparison.Ordinal);
        Assert.Contains($"M4 {picture.Size - 5}h7v1h-7z", picture.Path, StringComparison.Ordinal);
    }
}
