using System.CommandLine;
using System.Text.Json.Nodes;

namespace Evercam.Server.Commands;

/// <summary>What a command says: lines for people, or one document for programs. Complaints go to the standard error either way, so that the
/// standard output is one thing.</summary>
internal sealed class CommandOutput(bool isJson)
{
    /// <summary>The word that asks for a document.</summary>
    public const string Json = "--json";

    /// <summary>Whether one is wanted.</summary>
    public bool IsJson => isJson;

    public static Option<bool> Choice() =>
        new(Json) { Recursive = true, Description = "prints one JSON document instead of lines for people" };

    public static CommandOutput Of(ParseResult parsed) => new(parsed.GetValue<bool>(Json));

    /// <summary>As words want it that may make no sense otherwise.</summary>
    public static CommandOutput Of(IEnumerable<string> words) => new(words.Contains(Json, StringComparer.Ordinal));

    /// <summary>A line for people.</summary>
    public Task TellAsync(string line) => isJson ? Task.CompletedTask : Console.Out.WriteLineAsync(Plain(line));

    /// <inheritdoc cref="TellAsync(string)"/>
    public Task TellAsync(PlainLine line) => TellAsync(line.ToString());

    /// <inheritdoc cref="TellAsync(string)"/>
    public void Tell(string line)
    {
        if (!isJson)
        {
            Console.Out.WriteLine(Plain(line));
        }
    }

    /// <summary>The document for programs. It is said once.</summary>
    public Task TellAsync(JsonObject document) => isJson ? Console.Out.WriteLineAsync(document.ToJsonString()) : Task.CompletedTask;

    /// <summary>What is wrong, when all else was said or will be.</summary>
    public static Task ComplainAsync(string sentence) => Console.Error.WriteLineAsync(Plain(sentence));

    /// <inheritdoc cref="ComplainAsync(string)"/>
    public static Task ComplainAsync(PlainLine sentence) => ComplainAsync(sentence.ToString());

    /// <summary>What is wrong, when there is nothing else to say.</summary>
    public async Task FailAsync(string sentence)
    {
        await ComplainAsync(sentence);
        await TellAsync(new JsonObject { ["error"] = sentence });
    }

    /// <summary>What others said must not move the terminal's cursor, or worse. Lines are ours: of what is put into them, <see cref="PlainLine"/>
    /// takes care.</summary>
    public static string Plain(string text) =>
        string.Concat(text.Select(letter => char.IsControl(letter) && letter is not ('\n' or '\t') ? '\uFFFD' : letter));

    public static JsonArray List(IEnumerable<JsonNode?> items) => new([.. items]);
}
