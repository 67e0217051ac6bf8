using Spectre.Console;

namespace Evercam.Server.Commands;

/// <summary>The standard error as a terminal: what moves there disturbs nobody who reads the standard output.</summary>
internal static class ErrorConsole
{
    /// <summary>For whoever sees it, also where the standard output is no terminal.</summary>
    public static IAnsiConsole Open() =>
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error), Interactive = InteractionSupport.Yes });

    /// <summary>Shows how far something is, where somebody looks.</summary>
    /// <param name="what">What is done.</param>
    /// <param name="run">Does it, and tells its share of the whole, from 0 to 1.</param>
    public static async Task<T> ShowProgressAsync<T>(string what, Func<Action<double>, Task<T>> run)
    {
        var result = default(T);
        await ShowProgressAsync(what, async tell => { result = await run(tell); });
        return result!;
    }

    /// <inheritdoc cref="ShowProgressAsync{T}"/>
    public static Task ShowProgressAsync(string what, Func<Action<double>, Task> run) =>
        Console.IsErrorRedirected ? run(_ => { }) : ShowProgressAsync(Open(), what, run);

    /// <summary>Shows how far something is that says lines meanwhile. On the same terminal they stand above what moves.</summary>
    /// <param name="what">What is done.</param>
    /// <param name="output">Where the lines go.</param>
    /// <param name="run">Does it, tells its share of the whole, and says the lines.</param>
    public static Task ShowProgressAsync(string what, CommandOutput output, Func<Action<double>, Action<string>, Task> run)
    {
        if (Console.IsErrorRedirected)
        {
            return run(_ => { }, output.Tell);
        }

        var console = Open();
        var isOneTerminal = !output.IsJson && !Console.IsOutputRedirected;
        return ShowProgressAsync(console, what, tell => run(tell, isOneTerminal ? line => console.WriteLine(CommandOutput.Plain(line)) : output.Tell));
    }

    private static Task ShowProgressAsync(IAnsiConsole console, string what, Func<Action<double>, Task> run) => console.Progress().AutoClear(true)
        .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
        .StartAsync(context =>
        {
            var task = context.AddTask(Markup.Escape(CommandOutput.Plain(what)), maxValue: 1);
            return run(share => task.Value = share);
        });
}
