using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Watching;

/// <summary>How the log looks on the console.</summary>
internal static class LogForm
{
    private const string Setting = "Logging:Console:FormatterName";

    private static readonly string[] Known = [ConsoleFormatterNames.Simple, ConsoleFormatterNames.Json, ConsoleFormatterNames.Systemd];

    /// <summary>The console takes a name that it does not know for its default.</summary>
    /// <exception cref="OptionsValidationException">The setting names none.</exception>
    public static void Check(IConfiguration configuration)
    {
        if (configuration[Setting] is { Length: > 0 } name && !Known.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            throw new OptionsValidationException(
                "", typeof(LogForm), [$"{Setting} is '{name}', and must be {string.Join(", ", Known[..^1])} or {Known[^1]}."]);
        }
    }

    /// <summary>Whether each line is an object for programs.</summary>
    public static bool IsJson(IConfiguration configuration) =>
        string.Equals(configuration[Setting], ConsoleFormatterNames.Json, StringComparison.OrdinalIgnoreCase);
}
