namespace Evercam.Bench;

/// <summary>A Markdown table.</summary>
internal sealed class Table(params string[] columns)
{
    private readonly List<string[]> rows = [];

    public void Add(params string[] cells) => rows.Add(cells);

    /// <summary>Prints the title, the machine's facts and the table, columns as wide as they need.</summary>
    public async Task PrintAsync(string title)
    {
        var widths = columns.Select((column, i) => rows.Select(row => row[i].Length).Append(column.Length).Max()).ToArray();
        var lines = rows.Prepend([.. widths.Select((width, i) => i == 0 ? new('-', width) : new string('-', width - 1) + ":")])
            .Prepend(columns)
            .Select(row => $"| {string.Join(" | ", row.Select((cell, i) => i == 0 ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i])))} |");
        await Console.Out.WriteLineAsync($"## {title}\n\n{await Machine.DescribeAsync()}\n\n{string.Join('\n', lines)}\n");
    }
}
