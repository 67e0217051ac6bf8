using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Evercam.Tests.Commands;

/// <summary>The table of all settings, written from what their options say of themselves.</summary>
internal static partial class SettingsPage
{
    /// <summary>What stands on the page before the tables; people write what comes before it.</summary>
    public const string Begin = "## All of them";

    /// <summary>A table for each section, in the order of their names.</summary>
    public static string Write(IReadOnlyDictionary<Type, string> sections) => string.Join(
        '\n',
        from options in sections
        group options.Key by options.Value into section
        orderby section.Key
        select $"### {section.Key}\n\n| setting | default | means |\n| --- | --- | --- |\n"
            + string.Concat(section.SelectMany(PropertiesOf).Select(property => Row(section.Key, property))));

    /// <summary>What people can set: whatever the configuration can bind.</summary>
    public static IEnumerable<PropertyInfo> PropertiesOf(Type options) => options
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.CanWrite && !(options.Name == "StorageOptions" && property.Name == "ConnectionString"));

    private static string Row(string section, PropertyInfo property) =>
        $"| `{section}:{property.Name}` | {Default(property)} | {Summary(property)} |\n";

    /// <summary>The default as people would write it; nothing where only words can say it.</summary>
    private static string? Default(PropertyInfo property) => property.GetValue(Activator.CreateInstance(property.DeclaringType!)) switch
    {
        null or "" => null,
        bool value => value ? "`true`" : "`false`",
        TimeSpan time => $"`{time:c}`",
        string text => $"`{text}`",
        IEnumerable => null,
        IFormattable value => $"`{value.ToString(null, CultureInfo.InvariantCulture)}`",
        var other => $"`{other}`",
    };

    private static string Summary(PropertyInfo property)
    {
        var file = Path.ChangeExtension(property.DeclaringType!.Assembly.Location, ".xml");
        var summary = XDocument.Load(file).Descendants("member")
            .Single(member => (string?)member.Attribute("name") == $"P:{property.DeclaringType.FullName}.{property.Name}")
            .Element("summary")!;
        return Spaces().Replace(string.Concat(summary.Nodes().Select(Markdown)), " ").Trim();
    }

    private static string Markdown(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" } see => $"`{((string?)see.Attribute("langword") ?? (string)see.Attribute("cref")!).Split('.')[^1]}`",
        XElement element => $"`{element.Value}`",
        _ => "",
    };

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
