using System.Reflection;

namespace Evercam.Server.OpenApi;

/// <summary>A table that travels inside the program: cells between upright lines, and remarks that begin with <c>#</c>.</summary>
internal static class DocumentTable
{
    /// <summary>The rows with something in them; cells that are missing at the end read as empty.</summary>
    public static IEnumerable<string[]> Rows(string name, int cells)
    {
        using var file = Assembly.GetExecutingAssembly().GetManifestResourceStream($"OpenApi/{name}")!;
        using var reader = new StreamReader(file);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#')
            {
                var row = line.Split('|', cells, StringSplitOptions.TrimEntries);
                yield return [.. row, .. Enumerable.Repeat("", cells - row.Length)];
            }
        }
    }
}
