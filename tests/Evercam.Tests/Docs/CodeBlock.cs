namespace Evercam.Tests.Docs;

/// <summary>A piece of a document that is not prose.</summary>
/// <param name="Document">The document's path.</param>
/// <param name="Line">Where it begins, from 1 on.</param>
/// <param name="Language">What its fence says; empty if it is indented, or its fence says nothing.</param>
/// <param name="Text">What stands in it.</param>
internal sealed record CodeBlock(string Document, int Line, string Language, string Text)
{
    private const string Fence = "```";
    private const string Indent = "    ";

    /// <summary>All of a document.</summary>
    public static IEnumerable<CodeBlock> Of(string document)
    {
        var lines = File.ReadAllLines(Repository.PathOf(document));
        for (var i = 0; i < lines.Length; i++)
        {
            var begin = i;
            if (lines[i].StartsWith(Fence, StringComparison.Ordinal))
            {
                i = Array.FindIndex(lines, i + 1, line => line.StartsWith(Fence, StringComparison.Ordinal));
                yield return new(document, begin + 1, lines[begin][Fence.Length..].Trim(), string.Join('\n', lines[(begin + 1)..i]));
            }
            else if (lines[i].StartsWith(Indent, StringComparison.Ordinal) && (i == 0 || lines[i - 1].Length == 0))
            {
                i = Array.FindIndex(lines, i, line => !line.StartsWith(Indent, StringComparison.Ordinal)) is > 0 and var end ? end - 1 : lines.Length - 1;
                yield return new(document, begin + 1, "", string.Join('\n', lines[begin..(i + 1)].Select(line => line[Indent.Length..])));
            }
        }
    }
}
