using Evercam.Server.Rights;
using Evercam.Storage.Catalog;

namespace Evercam.Tests.Users;

/// <summary>What is an email, and which are one and the same.</summary>
public class EmailAddressTests
{
    [Theory]
    [InlineData("a@b.c")]
    [InlineData("Joe.Bloggs@Example.org")]
    [InlineData("o'neil+cam@mail.example.co.uk")]
    [InlineData("!#$%&'*+/=?^_`{|}~-@example.org")]
    [InlineData("joe@4-you.example2")]
    [InlineData("joe@2.example.org")]
    [InlineData("jörg@bücher.example")]
    [InlineData("用户@例子.中国")]
    [InlineData("यूज़र@उदाहरण.भारत")]
    [InlineData("joe@xn--bcher-kva.example")]
    [InlineData("joe📷@example.org")]
    [InlineData("joe@my_host.example")]
    [InlineData("joe@_dmarc.bücher_.example")]
    [InlineData("\"joe bloggs\"@example.org")]
    [InlineData("\"J. R. O'Neil\"@example.org")]
    [InlineData("กู้@ไทย.example")]
    [InlineData("யோகா@தமிழ்.example")]
    [InlineData("Nguyễn@việt.example")]
    [InlineData("joe.@docomo.example")]
    [InlineData(".joe..bloggs@ezweb.example")]
    public void An_email_is_words_and_a_host_in_any_script_also_in_quotes_if_blanks_part_them(string text) => Assert.True(EmailAddress.Is(text));

    [Theory]
    [InlineData("")]
    [InlineData("joe")]
    [InlineData("joe@example")]
    [InlineData("@example.org")]
    [InlineData("joe@")]
    [InlineData("joe@@example.org")]
    [InlineData("a@b..c")]
    [InlineData("a@.b.c")]
    [InlineData("a@b.c.")]
    [InlineData("a@-b.c")]
    [InlineData("a@b-.c")]
    [InlineData("a@b.-c")]
    [InlineData("a@b.c d")]
    [InlineData("a@b。c")]
    [InlineData("a@1.2.3.4")]
    [InlineData("a@[1.2.3.4]")]
    [InlineData("a@１.２.３.４")]
    [InlineData("<a@b.c>")]
    [InlineData("Joe <a@b.c>")]
    [InlineData("\"pest\"@b.co")]
    [InlineData("\"a.b\"@b.co")]
    [InlineData("\"a  b\"@b.co")]
    [InlineData("\" a\"@b.co")]
    [InlineData("\"a b \"@b.co")]
    [InlineData("\"a\tb\"@b.co")]
    [InlineData("\"a b\r\nBcc: c\"@b.co")]
    [InlineData("\"a\\ b\"@b.co")]
    [InlineData("\"a b\"c\"@b.co")]
    [InlineData("\"a b@c.co\"@b.co")]
    [InlineData("\"a b>\"@b.co")]
    [InlineData("\"a b, c\"@b.co")]
    [InlineData("\"a b")]
    [InlineData("\"a b\" @b.co")]
    [InlineData("a@1.2.3.0x4")]
    [InlineData("a(pest)@b.co")]
    [InlineData("a,b@b.co")]
    [InlineData("a;b@b.co")]
    [InlineData("a:b@b.co")]
    [InlineData("a\\b@b.co")]
    [InlineData("a b@b.co")]
    [InlineData("a\u00A0b@b.co")]
    [InlineData("a\u200Bb@b.co")]
    [InlineData("a\u202Eb@b.co")]
    [InlineData("a@b.co\n")]
    [InlineData("a\u0001@b.c")]
    [InlineData("a@b\u0301\u200D.c")]
    public void Whatever_a_mail_server_would_read_otherwise_is_none(string text) => Assert.False(EmailAddress.Is(text));

    [Theory]
    [InlineData("jo\u0308rg@example.org")]
    [InlineData("joe@bu\u0308cher.example")]
    [InlineData("Nguye\u0302\u0303n@example.org")]
    [InlineData("ｊｏｅ@example.org")]
    [InlineData("joe@ｅxample.org")]
    [InlineData("joe@example．org")]
    [InlineData("ﬁsh@example.org")]
    [InlineData("joe²@example.org")]
    [InlineData("Ⅷ@example.org")]
    [InlineData("ﾊﾅ@example.org")]
    [InlineData("\u212Aim@example.org")]
    [InlineData("\u1112\u1161\u11AB@example.org")]
    [InlineData("\u0BAF\u0BC6\u0BBE@example.org")]
    [InlineData("\u0E01\u0E49\u0E39@example.org")]
    [InlineData("❤\uFE0F@example.org")]
    [InlineData("joe\u180E@example.org")]
    [InlineData("\uD800@example.org")]
    public void What_Unicode_has_another_spelling_for_is_none(string text) => Assert.False(EmailAddress.Is(text));

    [Fact]
    public void No_part_is_longer_than_mail_and_dns_allow()
    {
        Assert.True(EmailAddress.Is($"{new string('a', 64)}@{new string('b', 63)}.example.org"));
        Assert.False(EmailAddress.Is($"{new string('a', 65)}@example.org"));
        Assert.False(EmailAddress.Is($"a@{new string('b', 64)}.example.org"));
        Assert.False(EmailAddress.Is($"a@{new string('ü', 63)}.example.org"));
        Assert.False(EmailAddress.Is($"a@{string.Concat(Enumerable.Repeat("label.", 42))}org"));
        Assert.False(EmailAddress.Is($"{new string('a', 100_000)}!"));
    }

    [Theory]
    [InlineData("Joe@Example.ORG", "JOE@EXAMPLE.ORG")]
    [InlineData("joe@example.org..", "JOE@EXAMPLE.ORG")]
    [InlineData("joe@Bücher.example", "JOE@XN--BCHER-KVA.EXAMPLE")]
    [InlineData("joe@BÜCHER.example.", "JOE@XN--BCHER-KVA.EXAMPLE")]
    [InlineData("joe@xn--bcher-kva.example", "JOE@XN--BCHER-KVA.EXAMPLE")]
    [InlineData("straße@example.org", "STRAßE@EXAMPLE.ORG")]
    [InlineData("STRAẞE@example.org", "STRAßE@EXAMPLE.ORG")]
    [InlineData("Jörg@Bücher.example", "JÖRG@XN--BCHER-KVA.EXAMPLE")]
    [InlineData("a@b..c", "A@B..C")]
    [InlineData("joe", "JOE")]
    [InlineData("joe@", "JOE@")]
    [InlineData("", "")]
    public void One_mailbox_has_one_normal_form(string email, string normal)
    {
        Assert.Equal(normal, Mailbox.Of(email));
        Assert.Equal(normal, Mailbox.Of(normal));
    }

    [Fact]
    public void A_host_that_is_none_takes_no_time_to_compare()
    {
        var letters = string.Concat(Enumerable.Range(0x4E00, 20_000).Select(char.ConvertFromUtf32));
        Assert.Equal($"JOE@{letters}", Mailbox.Of($"joe@{letters}"));
    }
}
