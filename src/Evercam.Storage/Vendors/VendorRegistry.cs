using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using CsvHelper;

namespace Evercam.Storage.Vendors;

/// <summary>The IEEE's registry of MAC prefixes: who registered which three octets (MA-L).</summary>
public sealed partial class VendorRegistry
{
    /// <summary>The registry's word for organisations that do not want to be named.</summary>
    private const string Unnamed = "Private";

    private VendorRegistry(IReadOnlyList<Assignment> assignments, byte[] file)
    {
        Assignments = assignments;
        Hash = Convert.ToHexStringLower(SHA256.HashData(file));
    }

    /// <summary>Every prefix with who registered it. A few prefixes belong to more than one.</summary>
    internal IReadOnlyList<Assignment> Assignments { get; }

    /// <summary>SHA-256 of the file, lower-case hexadecimal.</summary>
    internal string Hash { get; }

    /// <summary>Reads the registry in either form that the IEEE publishes and Debian's <c>ieee-data</c> installs:
    /// <c>oui.txt</c> or <c>oui.csv</c>.</summary>
    /// <returns><see langword="null"/> if the file is something else.</returns>
    public static VendorRegistry? Read(byte[] file)
    {
        var preamble = Encoding.UTF8.Preamble;
        var start = file.AsSpan().StartsWith(preamble) ? preamble.Length : 0;
        var isTable = file.AsSpan(start).StartsWith("Registry,Assignment,Organization Name"u8);
        var assignments = (isTable ? ReadTable(file) : ReadText(file.AsSpan(start)))
            .Where(a => a.Organisation.Length > 0 && a.Organisation != Unnamed).Distinct().ToList();
        return assignments.Count > 0 ? new VendorRegistry(assignments, file) : null;
    }

    /// <summary>What begins like the table and goes on otherwise is something else.</summary>
    private static List<Assignment> ReadTable(byte[] file)
    {
        try
        {
            return ReadRows(file);
        }
#pragma warning disable CA1031 // The reader of tables has no bound to what it throws at an odd one.
        catch (Exception)
#pragma warning restore CA1031
        {
            return [];
        }
    }

    private static List<Assignment> ReadRows(byte[] file)
    {
        using var csv = CsvReader.Create(file);
        var assignments = new List<Assignment>();
        while (csv.Read())
        {
            // Longer assignments are parts of a prefix that is registered for many.
            if (Prefix().IsMatch(csv.GetString("Assignment")))
            {
                assignments.Add(Assignment.Of(csv.GetString("Assignment"), csv.GetString("Organization Name")));
            }
        }

        return assignments;
    }

    private static IEnumerable<Assignment> ReadText(ReadOnlySpan<byte> file) =>
        Line().Matches(Encoding.UTF8.GetString(file)).Select(line => Assignment.Of(line.Groups[1].Value, line.Groups[2].Value));

    [GeneratedRegex(@"\A[0-9A-Fa-f]{6}\z")]
    private static partial Regex Prefix();

    [GeneratedRegex(@"^[ \t]*([0-9A-Fa-f]{6})[ \t]+\(base 16\)[ \t]+([^\r\n]+)", RegexOptions.Multiline)]
    private static partial Regex Line();
}

/// <summary>A MAC prefix, <c>AA:BB:CC</c>, and who registered it.</summary>
internal sealed record Assignment(string Prefix, string Organisation)
{
    /// <param name="digits">Six hexadecimal digits.</param>
    /// <param name="organisation">The name as it was typed.</param>
    public static Assignment Of(string digits, string organisation)
    {
        var upper = digits.ToUpperInvariant();
        return new($"{upper[..2]}:{upper[2..4]}:{upper[4..]}", Clean(organisation));
    }

    /// <summary>Names come with tabs, runs of blanks of every width, and characters that cannot be seen; and with quotes in the table
    /// that the text leaves out.</summary>
    private static string Clean(string name) => string.Join(
        ' ',
        string.Concat(name.Where(c => c != '"').Select(c => IsUnseen(c) ? ' ' : c))
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static bool IsUnseen(char letter) =>
        char.IsControl(letter) || CharUnicodeInfo.GetUnicodeCategory(letter) == UnicodeCategory.Format;
}
