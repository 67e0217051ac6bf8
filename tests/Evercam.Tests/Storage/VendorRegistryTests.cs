using System.Text;
using Evercam.Storage.Vendors;

namespace Evercam.Tests.Storage;

/// <summary>The IEEE's registry as a file, and the ids made of its names.</summary>
public class VendorRegistryTests
{
    /// <summary>What Debian's package installs; <c>./test</c> installs the package.</summary>
    public const string Folder = "/usr/share/ieee-data";

    private const string Table = "Registry,Assignment,Organization Name,Organization Address\r\n";

    [Fact]
    public void Both_forms_say_the_same()
    {
        var (text, table) = (Read(File.ReadAllBytes($"{Folder}/oui.txt")), Read(File.ReadAllBytes($"{Folder}/oui.csv")));
        Assert.InRange(text.Count, 32_000, 100_000);
        Assert.Equal(text.Order(), table.Order());
        Assert.All(text, row => Assert.Matches(@"\A[0-9A-F]{2}(:[0-9A-F]{2}){2}\z", row.Prefix));
        Assert.Contains(("00:22:72", "American Micro-Fuel Device Corp."), text);
        Assert.DoesNotContain(text, row => row.Organisation == "Private");
    }

    [Theory]
    [InlineData("00-22-72   (hex)\t\tAcme\r\n002272     (base 16)\t\tAcme\r\n\t\t\t\tStreet\r\n", "00:22:72 Acme")]
    [InlineData("a0b1c2     (base 16)\t\tAcme  Ltd.\u00A0\u200B \n", "A0:B1:C2 Acme Ltd.")]
    [InlineData("\uFEFF002272     (base 16)\t\tAcme", "00:22:72 Acme")]
    [InlineData("080030     (base 16)\t\tCERN\n080030     (base 16)\t\tRoyal\n080030     (base 16)\t\tCERN\n", "08:00:30 CERN|08:00:30 Royal")]
    [InlineData("002272     (base 16)\t\tPrivate\n002273     (base 16)\t\t\n002274     (base 16)\t\tAcme\n", "00:22:74 Acme")]
    [InlineData(Table + "MA-L,002272,Acme,\"Street, Town\"\r\nMA-M,0022731,Tiny,\r\nMA-L,002274,\"Bolt, Inc.\",\r\n", "00:22:72 Acme|00:22:74 Bolt, Inc.")]
    [InlineData("\uFEFF" + Table + "MA-L,002272,\"JSC \"\"Irbis-T\"\"\",\r\n", "00:22:72 JSC Irbis-T")]
    [InlineData(Table + "MA-L\r\nMA-L,002272\r\nMA-L,002273,Acme\r\n", "00:22:73 Acme")]
    public void Rows_are_read_and_names_cleaned(string file, string rows) => Assert.Equal(
        rows.Split('|'), Read(Encoding.UTF8.GetBytes(file)).Select(row => $"{row.Prefix} {row.Organisation}"));

    [Theory]
    [InlineData("")]
    [InlineData("\uFEFF")]
    [InlineData("Hello")]
    [InlineData(Table)]
    [InlineData(Table + "MA-M,0022731,Tiny,\r\n")]
    [InlineData(Table + "\"")]
    [InlineData(Table + "MA-L\r\n")]
    [InlineData(Table + "MA-L,AABBCC\r\n")]
    [InlineData("Registry,Assignment,Organization Names,Organization Address\r\nMA-L,AABBCC,Acme,Here\r\n")]
    [InlineData("Registry,Assignment,Organization Name")]
    [InlineData("Registry,Assignment,Organization Name,Assignment,Assignment\r\n\0")]
    [InlineData("74-1A-E0   (hex)\t\tAcme\r\n900000-9FFFFF     (base 16)\t\tAcme\r\n")]
    [InlineData("002272     (base 16)\t\tPrivate\r\n")]
    [InlineData("\0\u0001\u0002")]
    public void Something_else_is_no_registry(string file) => Assert.Null(VendorRegistry.Read(Encoding.UTF8.GetBytes(file)));

    [Theory]
    [InlineData("mam.txt")]
    [InlineData("mam.csv")]
    [InlineData("oui36.txt")]
    [InlineData("iab.csv")]
    public void Registries_of_parts_of_a_prefix_are_something_else(string name) =>
        Assert.Null(VendorRegistry.Read(File.ReadAllBytes($"{Folder}/{name}")));

    [Theory]
    [InlineData("Axis Communications AB", "axis-communications-ab")]
    [InlineData("AXIS COMMUNICATIONS AB.", "axis-communications-ab")]
    [InlineData("Huawei Technologies Co.,Ltd", "huawei-technologies-co-ltd")]
    [InlineData("3Com", "3com")]
    [InlineData("(Co) [Ltd]", "co-ltd")]
    [InlineData("Weidmüller Interface GmbH & Co. KG", "weidmuller-interface-gmbh-co-kg")]
    [InlineData("KAEL MÜHENDİSLİK ŞİRKETİ", "kael-muhendislik-sirketi")]
    [InlineData("Prozeßautomation Brüel & Kjær, ESPAÑA S.A.", "prozessautomation-bruel-kjaer-espana-s-a")]
    [InlineData("µTech", "utech")]
    [InlineData("杭州（HangZhou Delan Co.，Ltd）", "hangzhou-delan-co-ltd")]
    [InlineData("杭州", "organisation-a8027f71")]
    [InlineData("公司", "organisation-e06ff957")]
    public void Ids_are_made_of_names(string name, string id) => Assert.Equal(id, RegistryIds.Of(name));

    [Fact]
    public void An_id_that_is_taken_gets_a_number()
    {
        Assert.Equal("acme", RegistryIds.Free("acme", ["other"]));
        Assert.Equal("acme-3", RegistryIds.Free("acme", ["acme", "acme-2"]));
    }

    private static List<(string Prefix, string Organisation)> Read(byte[] file) =>
        [.. VendorRegistry.Read(file)!.Assignments.Select(a => (a.Prefix, a.Organisation))];
}
