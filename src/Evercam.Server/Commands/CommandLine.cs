using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Data.Common;
using System.Text.Json.Nodes;
using Evercam.Api;
using Evercam.Server.Commands.Remote;
using Evercam.Server.Setup;
using Evercam.Server.Watching;
using Evercam.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Commands;

/// <summary>Reads what is typed after <c>evercam</c>, and runs it.</summary>
internal static class CommandLine
{
    /// <summary>The exit code of what is done, with something to complain of.</summary>
    public const int WithComplaints = 1;

    /// <summary>The exit code of what cannot even begin.</summary>
    public const int Unusable = 2;

    /// <summary>The exit code of a server whose settings are wrong: to start it again does not help. <c>EX_CONFIG</c> of sysexits.h.</summary>
    public const int WrongSettings = 78;

    /// <summary>A word with @ before it is a word, and no file of words.</summary>
    private static readonly ParserConfiguration Parsing = new() { ResponseFileTokenReplacer = null };

    /// <summary>Runs what the arguments ask for.</summary>
    /// <returns>The exit code: 0 if all went well, 1 with complaints, 2 if it could not begin, 78 if the server's settings are wrong.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            return await RunAsync(SettingWords.Split(args));
        }
        catch (CannotBeginException wrong)
        {
            await CommandOutput.Of(args).FailAsync(wrong.Message);
            return Unusable;
        }
    }

    private static async Task<int> RunAsync((string[] Words, string[] Settings) typed)
    {
        var (words, settings) = typed;
        var parsed = new CommandTree(settings).Grow().Parse(Plain(words), Parsing);
        // Help would be given with whatever stands before it.
        if (parsed.Action is ParseErrorAction || parsed.UnmatchedTokens.Count > 0)
        {
            await CommandOutput.Of(words).FailAsync(ComplaintOf(parsed));
            return Unusable;
        }

        try
        {
            // What goes wrong is told below; Ctrl+C is each command's own.
            var how = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return CommandOutput.Of(parsed) is { IsJson: true } output && WordOf(parsed) is { } word
                ? await TellAsync(parsed, how, word, output)
                : await parsed.InvokeAsync(how, CancellationToken.None);
        }
        catch (Exception wrong) when ((ComplaintOf(wrong) ?? ComplaintOfOther(parsed, wrong)) is { } sentence)
        {
            await CommandOutput.Of(parsed).FailAsync(sentence);
            return wrong is SettingsException or StorageUnusableException { IsBySetting: true }
                && parsed.CommandResult.Command is RootCommand or { Name: CommandTree.ServeName } ? WrongSettings : Unusable;
        }
    }

    /// <summary><c>help COMMAND</c> as the other words for it.</summary>
    private static string[] Plain(string[] words)
    {
        var first = Array.FindIndex(words, word => word != CommandOutput.Json);
        return first >= 0 && words[first] == "help" ? [.. words[..first], .. words[(first + 1)..], "--help"] : words;
    }

    /// <summary>What the program is asked to tell of itself, if that is all it is asked.</summary>
    private static string? WordOf(ParseResult parsed) =>
        parsed.RootCommandResult.Command.Options.FirstOrDefault(option => option.Action is { } action && action == parsed.Action) switch
        {
            HelpOption => "help",
            VersionOption => "version",
            _ => null,
        };

    private static async Task<int> TellAsync(ParseResult parsed, InvocationConfiguration how, string word, CommandOutput output)
    {
        await using var text = new StringWriter();
        how.Output = text;
        var exit = await parsed.InvokeAsync(how, CancellationToken.None);
        await output.TellAsync(new JsonObject { [word] = text.ToString().Trim() });
        return exit;
    }

    /// <summary>Puts the server together and reads all settings, before anything is made or changed.</summary>
    /// <exception cref="SettingsException">One or more are wrong.</exception>
    internal static async Task<WebApplication> BuildAsync(string[] settings)
    {
        WebApplication? app = null;
        try
        {
            app = EvercamHost.Build(settings);
            SettingLists.Check(app.Configuration);
            LogForm.Check(app.Configuration);
            Tracing.Check(app.Configuration);
            app.Services.GetRequiredService<IStartupValidator>().Validate();
            return app;
        }
        catch (Exception wrong) when (IsAboutSettings(wrong))
        {
            await (app?.DisposeAsync() ?? ValueTask.CompletedTask);
            throw new SettingsException(string.Join('\n', SettingSentences.Of(wrong)), wrong);
        }
    }

    /// <summary>The configuration says it in its own way of a value that has the wrong type, and of an address that is none; and the log, of a
    /// level that is none.</summary>
    private static bool IsAboutSettings(Exception wrong) => wrong switch
    {
        AggregateException several => several.InnerExceptions.All(IsAboutSettings),
        InvalidOperationException { InnerException: FormatException or ArgumentException } => wrong.Source == "Microsoft.Extensions.Configuration.Binder",
        InvalidOperationException => wrong.Source == "Microsoft.Extensions.Logging.Configuration",
        _ => wrong is OptionsValidationException or FormatException or InvalidDataException,
    };

    /// <summary>What is wrong with the words.</summary>
    private static string ComplaintOf(ParseResult parsed)
    {
        for (SymbolResult? at = parsed.CommandResult; at is not null; at = at.Parent)
        {
            if (at is CommandResult { Command: WordsCommand { Usage: var usage } })
            {
                return usage;
            }
        }

        return (parsed.CommandResult.Command, parsed.UnmatchedTokens) switch
        {
            (RootCommand, [var word, ..]) => $"There is no command '{word}'. Try: evercam help",
            (var command, [var word, ..]) => $"'evercam {command.Name}' does not know what '{word}' means.",
            (var command, _) => $"{string.Join('\n', parsed.Errors.Select(error => error.Message))}\nTry: evercam help {command.Name}",
        };
    }

    /// <summary>What to tell of something that is the administrator's to put right; <see langword="null"/> of anything else, which is a
    /// bug.</summary>
    internal static string? ComplaintOf(Exception wrong) => wrong switch
    {
        SettingsException or StorageUnusableException or DataDirectoryInUseException or CannotListenException or IOException => wrong.Message,
        CannotBeginException or EvercamException or OneOfTwoException or HttpRequestException => wrong.Message,
        UnauthorizedAccessException => wrong.Message,
        OperationCanceledException { InnerException: TimeoutException } => "The server did not answer in time.",
        OperationCanceledException => "It was broken off.",
        DbException or DbUpdateException => StorageUnusableException.OfDatabase(wrong).Message,
        _ => null,
    };

    /// <summary>What talks to a server elsewhere may meet anything there. What works here hides no bug.</summary>
    private static string? ComplaintOfOther(ParseResult parsed, Exception wrong) =>
        parsed.CommandResult is { Command: { Name: "snapshot" or "export" or "import" } command, Parent: CommandResult { Command: RootCommand } }
            ? $"evercam {command.Name} met something unexpected: {wrong.Message} ({wrong.GetType().Name})"
            : null;
}

/// <summary>A setting is wrong; the message says which and how.</summary>
internal sealed class SettingsException(string message, Exception? reason = null) : Exception(message, reason);

/// <summary>A command cannot begin; the message says why.</summary>
internal sealed class CannotBeginException(string message) : Exception(message);
