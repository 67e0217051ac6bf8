using System.Runtime.InteropServices;

namespace Evercam.Server.Commands;

/// <summary>Ctrl+C: a command finishes what it has in hand, and ends.</summary>
internal static class Interrupt
{
    public static async Task<int> EndsAsync(Func<CancellationToken, Task<int>> run)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = Cancels(stop);
        return await run(stop.Token);
    }

    public static PosixSignalRegistration Cancels(CancellationTokenSource stop) => PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
    {
        context.Cancel = true;
        stop.Cancel();
    });
}
