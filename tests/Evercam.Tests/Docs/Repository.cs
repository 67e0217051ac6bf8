using System.Reflection;

namespace Evercam.Tests.Docs;

/// <summary>The files that people read.</summary>
internal static class Repository
{
    public static string Root { get; } = typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == nameof(Repository)).Value!;

    /// <summary>All documents with what to type, by their path from the root.</summary>
    public static IEnumerable<string> Documents =>
    [
        "README.md", "CONTRIBUTING.md", "SECURITY.md", "bench/README.md", "src/Evercam.Client/README.md", "src/Evercam.Js/README.md",
        .. Directory.EnumerateFiles(PathOf("docs"), "*.md", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Root, file)).Order(StringComparer.Ordinal),
    ];

    /// <summary>The place of a file, by its path from the root.</summary>
    public static string PathOf(string file) => Path.Combine(Root, file);
}
