using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Evercam.Server.Series;

/// <summary>A process of ffmpeg. It ends, and is waited for, when it is disposed of.</summary>
internal sealed class Ffmpeg : IAsyncDisposable
{
    /// <summary>How much of what it complains of is worth a line in the log.</summary>
    private const int MostComplaints = 2_000;

    /// <summary>What it may know of this server's environment, which also holds secrets.</summary>
    private static readonly string[] Surroundings = ["PATH", "LD_LIBRARY_PATH", "SystemRoot"];

    private readonly Process process;
    private readonly Task<string> complaints;

    private Ffmpeg(Process process)
    {
        this.process = process;
        complaints = ReadAsync(process.StandardError);
        StepBack();
    }

    /// <summary>What it makes.</summary>
    public Stream Output => process.StandardOutput.BaseStream;

    /// <exception cref="Win32Exception">There is no such program.</exception>
    public static Ffmpeg Start(string program, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Except(Surroundings).ToList())
        {
            start.Environment.Remove(name);
        }

        return new(Process.Start(start)!);
    }

    /// <summary>Gives it frame after frame, and their end.</summary>
    /// <returns>Whether it took all of them.</returns>
    public async Task<bool> FeedAsync(Film film, CancellationToken cancellation)
    {
        await Task.Yield();
        try
        {
            await foreach (var frame in film.FramesAsync(cancellation))
            {
                if (!await TryWriteAsync(frame, cancellation))
                {
                    return false;
                }
            }

            process.StandardInput.Close();
            return true;
        }
        catch
        {
            // Half of a video must not pass for a whole one.
            process.Kill();
            throw;
        }
    }

    /// <summary>Waits for its end.</summary>
    public async Task<FfmpegEnd> EndAsync(CancellationToken cancellation)
    {
        await process.WaitForExitAsync(cancellation);
        return new(process.ExitCode, await complaints);
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static async Task<string> ReadAsync(StreamReader errors)
    {
        var (text, buffer) = (new StringBuilder(), new char[1024]);
        while (await errors.ReadAsync(buffer) is > 0 and var read)
        {
            text.Append(buffer, 0, Math.Min(read, MostComplaints - text.Length));
        }

        return text.ToString().ReplaceLineEndings(" ");
    }

    private async Task<bool> TryWriteAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellation)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(frame, cancellation);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Recording and answers go first. The threads that it makes later inherit it.</summary>
    private void StepBack()
    {
        try
        {
            process.PriorityClass = ProcessPriorityClass.BelowNormal;
        }
        catch (Exception gone) when (gone is InvalidOperationException or Win32Exception)
        {
            // It has ended already, and says why by its exit code.
        }
    }
}

/// <summary>How a process of ffmpeg has ended.</summary>
/// <param name="ExitCode">0 if all went well.</param>
/// <param name="Complaints">What it said.</param>
internal readonly record struct FfmpegEnd(int ExitCode, string Complaints);
