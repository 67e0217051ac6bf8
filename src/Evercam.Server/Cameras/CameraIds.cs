using System.Text;

namespace Evercam.Server.Cameras;

/// <summary>Proposes ids for people who name cameras and do not care what programs call them. Pure.</summary>
internal static class CameraIds
{
    private const int MaxLength = 60;

    /// <summary>Letters of western languages, and what they are without their marks.</summary>
    private static readonly Dictionary<char, string> Plain = new[]
    {
        ("a", "àáâãäåāăą"), ("ae", "æ"), ("c", "çćč"), ("d", "ďđð"), ("e", "èéêëēęě"), ("g", "ğ"), ("i", "ìíîïīı"), ("l", "ł"), ("n", "ñńňņ"),
        ("o", "òóôõöøőō"), ("oe", "œ"), ("r", "řŕ"), ("s", "śšşș"), ("ss", "ß"), ("t", "ťțţ"), ("u", "ùúûüűůū"), ("y", "ýÿ"), ("z", "źżž"),
    }.SelectMany(group => group.Item2.Select(letter => (Letter: letter, Plain: group.Item1)))
        .ToDictionary(pair => pair.Letter, pair => pair.Plain);

    /// <summary>What is left of a name in small letters, digits and hyphens. No rule of ids is broken by it.</summary>
    public static string Of(string name)
    {
        var id = new StringBuilder();
        foreach (var letter in name.ToLowerInvariant())
        {
            if (char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter))
            {
                id.Append(letter);
            }
            else if (Plain.TryGetValue(letter, out var plain))
            {
                id.Append(plain);
            }
            else if (id.Length > 0 && id[^1] != '-')
            {
                id.Append('-');
            }
        }

        var text = id.ToString(0, Math.Min(id.Length, MaxLength)).Trim('-');
        return text is "" or "test" or "share" or "new" ? $"{text}-camera".TrimStart('-') : text;
    }
}
