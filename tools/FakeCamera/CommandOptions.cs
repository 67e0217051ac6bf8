using System.Globalization;
using System.Text.RegularExpressions;

namespace Evercam.FakeCameras;

/// <summary>Pairs of <c>--name value</c>, read with one clear sentence for whatever is wrong.</summary>
internal sealed partial class CommandOptions
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    private CommandOptions()
    {
    }

    public static CommandOptions Read(IReadOnlyList<string> words, params ReadOnlySpan<string> known)
    {
        var options = new CommandOptions();
        for (var i = 0; i < words.Count; i += 2)
        {
            var name = words[i].StartsWith("--", StringComparison.Ordinal) ? words[i][2..] : "";
            if (!known.Contains(name))
            {
                throw new FormatException($"{words[i]} is no option: see --help.");
            }

            if (i + 1 == words.Count)
            {
                throw new FormatException($"--{name} needs a value.");
            }

            if (!options._values.TryAdd(name, words[i + 1]))
            {
                throw new FormatException($"--{name} is given twice.");
            }
        }

        return options;
    }

    /// <summary><c>DigestSha256</c> as <c>digest-sha256</c>.</summary>
    public static string Kebab(string name) => Humps().Replace(name, "-").ToLowerInvariant();

    public bool Has(string name) => _values.ContainsKey(name);

    public string Text(string name, string otherwise) => _values.GetValueOrDefault(name, otherwise);

    public T Word<T>(string name, T otherwise) where T : struct, Enum
    {
        if (!_values.TryGetValue(name, out var text))
        {
            return otherwise;
        }

        var words = Enum.GetValues<T>().Where(w => Kebab(w.ToString()) == text).ToList();
        return words.Count == 1 ? words[0] : throw new FormatException($"--{name} {text} is not known: see --help.");
    }

    public double Number(string name, double otherwise, double least, double most)
    {
        if (!_values.TryGetValue(name, out var text))
        {
            return otherwise;
        }

        return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number >= least
            && number <= most
            ? number
            : throw new FormatException($"--{name} {text} must be a number from {least} to {most}.");
    }

    public (int Width, int Height) Size(string name, (int Width, int Height) otherwise)
    {
        if (!_values.TryGetValue(name, out var text))
        {
            return otherwise;
        }

        var match = SizeText().Match(text);
        return match.Success
            && int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) is var width and >= 64 and <= 3840
            && int.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture) is var height and >= 64 and <= 3840
            ? (width, height)
            : throw new FormatException($"--{name} {text} must be like 1280x720, from 64 to 3840 each way.");
    }

    public TimeSpan Offset(string name)
    {
        if (!_values.TryGetValue(name, out var text))
        {
            return TimeSpan.Zero;
        }

        string[] forms = [@"\+hh\:mm", @"\-hh\:mm"];
        return TimeSpan.TryParseExact(text, forms, CultureInfo.InvariantCulture, out var offset)
            && offset <= TimeSpan.FromHours(14)
            ? (text[0] == '-' ? -offset : offset)
            : throw new FormatException($"--{name} {text} must be like +01:00, at most 14 hours.");
    }

    [GeneratedRegex("(?<!^)(?=[A-Z])")]
    private static partial Regex Humps();

    [GeneratedRegex("^([0-9]{1,5})x([0-9]{1,5})$")]
    private static partial Regex SizeText();
}
