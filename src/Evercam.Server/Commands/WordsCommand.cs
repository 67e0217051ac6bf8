using System.CommandLine;
using System.CommandLine.Parsing;

namespace Evercam.Server.Commands;

/// <summary>A command that is told what to do in words: <c>user second-factor off NAME</c>. Words in capitals stand for others, one with
/// dots for one or more.</summary>
internal sealed class WordsCommand : Command
{
    /// <summary>Words that stand for a path.</summary>
    private static readonly string[] Paths = ["FOLDER", "SOURCE", "FILE"];

    private readonly Func<string[], ParseResult, Task<int>> run;

    /// <param name="name">Its first word.</param>
    /// <param name="description">What it does.</param>
    /// <param name="usage">What is said to whoever types something else.</param>
    /// <param name="run">Does what the words after the first say.</param>
    public WordsCommand(string name, string description, string usage, Func<string[], ParseResult, Task<int>> run) : base(name, description)
    {
        Usage = usage;
        this.run = run;
    }

    public string Usage { get; }

    /// <summary>Adds one thing that it does.</summary>
    public WordsCommand With(string words, string description)
    {
        Command command = this;
        var others = new List<Func<ParseResult, IEnumerable<string>>>();
        var all = words.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        foreach (var word in all)
        {
            if (char.IsLower(word[0]))
            {
                var next = command.Subcommands.SingleOrDefault(known => known.Name == word) ?? new Command(word);
                if (next.Parents.FirstOrDefault() is null)
                {
                    command.Subcommands.Add(next);
                }

                command = next;
            }
            else if (word.EndsWith("...", StringComparison.Ordinal))
            {
                var many = new Argument<string[]>(word.TrimEnd('.')) { Arity = ArgumentArity.OneOrMore };
                command.Arguments.Add(many);
                others.Add(parsed => parsed.GetRequiredValue(many));
            }
            else
            {
                var one = new Argument<string>(word);
                if (Paths.Contains(word))
                {
                    one.Validators.Add(ExpectPath);
                }

                command.Arguments.Add(one);
                others.Add(parsed => [parsed.GetRequiredValue(one)]);
            }
        }

        var verbs = all.Where(word => char.IsLower(word[0])).ToArray();
        command.Description = description;
        command.SetAction((parsed, _) => run([.. verbs, .. others.SelectMany(read => read(parsed))], parsed));
        return this;
    }

    /// <summary>What a variable of the shell that is not set leaves.</summary>
    private static void ExpectPath(ArgumentResult typed)
    {
        if (typed.Tokens is [{ Value: "" }])
        {
            typed.AddError("An empty word is no path.");
        }
    }
}
