
namespace Evercam.Server.Commands;

/// <summary>Tells the server's settings from the words of a command, wherever they stand: <c>--Evercam:Demo false</c>, <c>--urls=…</c>.</summary>
internal static class SettingWords
{
    /// <summary>What the framework reads itself, and what has no section.</summary>
    private static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        "urls", "http_ports", "https_ports", "environment", "contentRoot", "applicationName", "AllowedHosts",
    };

    /// <summary>How the variables of OpenTelemetry begin, which are settings, too.</summary>
    private const string OfTraces = "OTEL_";

    /// <returns>The words, and the settings as the configuration takes them.</returns>
    /// <exception cref="CannotBeginException">One has no value. One that begins like an option must stand behind a <c>=</c>.</exception>
    public static (string[] Words, string[] Settings) Split(IReadOnlyList<string> args)
    {
        var (words, settings) = (new List<string>(), new List<string>());
        for (var at = 0; at < args.Count; at++)
        {
            if (!IsSetting(args[at]))
            {
                words.Add(args[at]);
                continue;
            }

            settings.Add(args[at]);
            if (!args[at].Contains('=', StringComparison.Ordinal))
            {
                settings.Add(at + 1 < args.Count && !args[at + 1].StartsWith("--", StringComparison.Ordinal)
                    ? args[++at]
                    : throw new CannotBeginException($"The setting {args[at]} has no value."));
            }
        }

        return ([.. words], [.. settings]);
    }

    private static bool IsSetting(string word)
    {
        if (!word.StartsWith("--", StringComparison.Ordinal))
        {
            return false;
        }

        var name = word[2..].Split('=')[0];
        return name.Contains(':', StringComparison.Ordinal) || Names.Contains(name) || name.StartsWith(OfTraces, StringComparison.OrdinalIgnoreCase);
    }
}
