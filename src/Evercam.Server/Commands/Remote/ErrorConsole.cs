using Spectre.Console;

namespace Evercam.Server.Commands.Remote;

/// <summary>The standard error as a terminal: what moves there disturbs nobody who reads the standard output.</summary>
internal static class ErrorConsole
{
    public static IAnsiConsole Open() => AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });

    /// <summary>Shows how far something is, where somebody looks.</summary>
    /// <param name="what">What is done.</param>
    /// <param name="run">Does it, and tells its share of the whole, from 0 to 1.</param>
    public static Task<T> ShowProgressAsync<T>(string what, Func<Action<double>, Task<T>> run)
    {
        if (Console.IsErrorRedirected)
        {
            return run(_ => { });
        }

        return Open().Progress().AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(context =>
            {
                var task = context.AddTask(Markup.Escape(CommandOutput.Plain(what)), maxValue: 1);
                return run(share => task.Value = share);
            });
    }
}
