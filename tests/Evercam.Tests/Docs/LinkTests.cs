using System.Text.RegularExpressions;

namespace Evercam.Tests.Docs;

/// <summary>Whoever follows a link in a document arrives.</summary>
public sealed partial class LinkTests
{
    private static readonly string[] Written = [.. Repository.Documents, "CHANGELOG.md"];

    [Fact]
    public void Each_leads_to_a_file_that_is_there_and_to_a_heading_in_it() => Assert.Empty(
        from link in Links()
        where !(File.Exists(link.File) || Directory.Exists(link.File)) || (link.Heading.Length > 0 && !Headings(link.File).Contains(link.Heading))
        select $"{link.Document}: {link.Text}");

    [Fact]
    public void The_readme_leads_to_every_page() => Assert.Empty(
        Directory.GetFiles(Repository.PathOf("docs"), "*.md").Except(Links().Where(link => link.Document == "README.md").Select(link => link.File)));

    private static IEnumerable<(string Document, string Text, string File, string Heading)> Links() =>
        from document in Written
        let path = Repository.PathOf(document)
        from link in Link().Matches(File.ReadAllText(path))
        let target = link.Groups[1].Value
        where !target.Contains("://", StringComparison.Ordinal)
        let parts = target.Split('#', 2)
        let file = parts[0].Length == 0 ? path : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, parts[0]))
        select (document, link.Value, file, parts.Length == 2 ? parts[1] : "");

    /// <summary>The names that headings have in addresses.</summary>
    private static HashSet<string> Headings(string file) =>
    [
        .. File.ReadLines(file).Where(line => line.StartsWith('#'))
            .Select(line => NoName().Replace(line.TrimStart('#').Trim(), "").Replace(' ', '-').ToLowerInvariant()),
    ];

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("[^A-Za-z0-9 _-]")]
    private static partial Regex NoName();
}
