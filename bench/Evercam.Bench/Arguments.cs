using System.Globalization;

namespace Evercam.Bench;

/// <summary>The options of a command: <c>--name value</c>.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string> values = [];

    public Arguments(IEnumerable<string> args)
    {
        foreach (var pair in args.Chunk(2))
        {
            if (pair is not [['-', '-', .. var name], var value] || !values.TryAdd(name, value))
            {
                throw new BenchException($"{pair[0]}: an option is a name and a value, each once, such as --seconds 30.");
            }
        }
    }

    public int Number(string name, int otherwise) =>
        !values.Remove(name, out var text) ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number
        : throw new BenchException($"--{name} wants a number, 1 or more.");

    public TimeSpan Seconds(string name, int otherwise) => TimeSpan.FromSeconds(Number(name, otherwise));

    public string Text(string name, string otherwise) => values.Remove(name, out var text) ? text : otherwise;

    public string Text(string name) =>
        values.Remove(name, out var text) ? text : throw new BenchException($"--{name} is missing.");

    /// <summary>To be called when all were read: a misspelt option must not be a silent default.</summary>
    public void End()
    {
        if (values.Count > 0)
        {
            throw new BenchException($"There is no option --{values.Keys.First()} here.");
        }
    }
}

/// <summary>Why nothing was measured.</summary>
internal sealed class BenchException(string message) : Exception(message);
