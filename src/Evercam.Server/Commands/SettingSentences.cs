using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Commands;

/// <summary>What is wrong with settings, for whoever wrote them: each by its full name, with what may stand there. The framework says it of
/// types and members.</summary>
internal static partial class SettingSentences
{
    /// <summary>Where options say which section they are.</summary>
    private const string Section = "Section";

    /// <summary>One sentence for each that is wrong.</summary>
    public static IEnumerable<string> Of(Exception wrong) => wrong switch
    {
        AggregateException several => several.InnerExceptions.SelectMany(Of),
        OptionsValidationException rules => rules.Failures.Select(failure => OfRule(rules.OptionsType, failure)),
        InvalidDataException file => [$"{file.Message} {(file.InnerException is { InnerException: { } place } ? place : file.InnerException ?? file).Message}"],
        _ => [OfValue(wrong.Message)],
    };

    /// <summary>A value that breaks a rule of its options.</summary>
    private static string OfRule(Type options, string failure)
    {
        if (BrokenRule().Match(failure) is not { Success: true } rule
            || options.GetField(Section)?.GetRawConstantValue() is not string section)
        {
            return failure;
        }

        var (member, error) = (rule.Groups["member"].Value, rule.Groups["error"].Value);
        var name = $"{section}:{member}";
        return options.GetProperty(member)?.PropertyType is { IsEnum: true } choice ? $"{name} must be {WordsOf(choice)}."
            : error == $"The {member} field is required." ? $"{name} is empty."
            : error.StartsWith($"The field {member} ", StringComparison.Ordinal) ? $"{name}{error[$"The field {member}".Length..]}"
            : $"{name}: {error}";
    }

    /// <summary>A value that cannot be read, or an address to listen on that is none.</summary>
    private static string OfValue(string message) => (UnreadableValue().Match(message), NoAddress().Match(message), NoLevel().Match(message)) switch
    {
        ({ Success: true } value, _, _) =>
            $"{value.Groups["name"].Value} is '{value.Groups["value"].Value}', and must be {WordsOf(value.Groups["type"].Value)}.",
        (_, { Success: true } address, _) =>
            $"'{address.Groups["value"].Value}' is no address to listen on, such as http://localhost:8080 (urls).",
        (_, _, { Success: true } level) =>
            $"'{level.Groups["value"].Value}' is no level of the log: what stands in Logging:LogLevel must be {WordsOf(typeof(LogLevel))}.",
        _ => message,
    };

    private static string WordsOf(string type) => type switch
    {
        "System.Boolean" => "true or false",
        "System.TimeSpan" => "a time such as 00:00:30 or 7.00:00:00",
        "System.Int32" => string.Create(CultureInfo.InvariantCulture, $"a whole number of at most {int.MaxValue}"),
        "System.Int64" => string.Create(CultureInfo.InvariantCulture, $"a whole number of at most {long.MaxValue}"),
        _ when AppDomain.CurrentDomain.GetAssemblies().Select(assembly => assembly.GetType(type)).FirstOrDefault(found => found is { IsEnum: true }) is { } choice =>
            WordsOf(choice),
        _ => "something else",
    };

    private static string WordsOf(Type choice)
    {
        string[] words = [.. Enum.GetNames(choice).Select(JsonNamingPolicy.CamelCase.ConvertName)];
        return $"{string.Join(", ", words[..^1])} or {words[^1]}";
    }

    [GeneratedRegex("""^DataAnnotation validation failed for '\w+' members: '(?<member>\w+)' with the error: '(?<error>.*)'\.$""", RegexOptions.Singleline)]
    private static partial Regex BrokenRule();

    [GeneratedRegex("""^Failed to convert configuration value '(?<value>.*)' at '(?<name>[^']+)' to type '(?<type>[^']+)'\.$""", RegexOptions.Singleline)]
    private static partial Regex UnreadableValue();

    [GeneratedRegex("""^Invalid url: '(?<value>.*)'$""", RegexOptions.Singleline)]
    private static partial Regex NoAddress();

    [GeneratedRegex("""^Configuration value '(?<value>.*)' is not supported\.$""", RegexOptions.Singleline)]
    private static partial Regex NoLevel();
}
