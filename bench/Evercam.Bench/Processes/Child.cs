using System.Diagnostics;
using System.Text;

namespace Evercam.Bench.Processes;

/// <summary>A process that ends with the measurement.</summary>
internal sealed class Child : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly StringBuilder output = new();
    private readonly StringBuilder complaint = new();

    /// <exception cref="BenchException">There is no such program.</exception>
    public Child(string program, params IEnumerable<string> arguments)
    {
        try
        {
            process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                // Some end when nobody can say anything to them any more.
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new BenchException($"{Path.GetFileName(program)} is needed and not installed: apt-get install {Path.GetFileName(program)}");
        }

        process.OutputDataReceived += (_, line) => Keep(output, line.Data);
        process.ErrorDataReceived += (_, line) => Keep(complaint, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => process.Id;

    public Usage Usage => Usage.Of(process.Id);

    public bool HasEnded => process.HasExited;

    /// <summary>Waits until the process ends by itself.</summary>
    /// <returns>What it printed.</returns>
    /// <exception cref="BenchException">It failed.</exception>
    public async Task<string> EndAsync(CancellationToken cancellation)
    {
        await process.WaitForExitAsync(cancellation);
        return process.ExitCode == 0 ? output.ToString() : throw Failure();
    }

    /// <summary>Waits until an address answers.</summary>
    /// <returns>Whether the answer is a good one.</returns>
    /// <exception cref="BenchException">The process ended, or did not answer in time.</exception>
    public async Task<bool> AnswerAsync(Uri address, TimeSpan pause, CancellationToken cancellation)
    {
        using var http = new HttpClient();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(Patience);
        while (!process.HasExited && !deadline.IsCancellationRequested)
        {
            try
            {
                using var answer = await http.GetAsync(address, deadline.Token);
                return answer.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(pause, TimeProvider.System, deadline.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        cancellation.ThrowIfCancellationRequested();
        throw Failure();
    }

    /// <summary>Asks the process to end, and ends it if it does not.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
            await kill.WaitForExitAsync();
            using var deadline = new CancellationTokenSource(Patience);
            await process.WaitForExitAsync(deadline.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }

        process.Dispose();
    }

    private BenchException Failure() =>
        new($"{process.StartInfo.FileName} {(process.HasExited ? $"ended with {process.ExitCode}" : "does not answer")}.\n{output}{complaint}");

    /// <summary>Keeps the first lines: a server's log has no end.</summary>
    private static void Keep(StringBuilder lines, string? line)
    {
        if (line is not null && lines.Length < 100_000)
        {
            lines.AppendLine(line);
        }
    }
}
