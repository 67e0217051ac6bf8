using System.Net.Sockets;
using System.Runtime.InteropServices;
using Evercam.FakeCameras;

CommandLine command;
try
{
    command = CommandLine.Parse(args);
}
catch (FormatException wrong)
{
    await Console.Error.WriteLineAsync(wrong.Message);
    return 2;
}

if (command.WantsHelp)
{
    Console.WriteLine(CommandLine.Help);
    return 0;
}

var stop = new TaskCompletionSource();
void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.TrySetResult();
}

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
    await using var host = await FakeCameraHost.StartAsync(
        command.Cameras, command.Port, TimeProvider.System, CancellationToken.None);
    foreach (var camera in host.Cameras)
    {
        Console.WriteLine(host.UrlOf(camera));
    }

    await stop.Task;
    return 0;
}
catch (Exception failure) when (failure is IOException or SocketException)
{
    await Console.Error.WriteLineAsync($"Port {command.Port} cannot be used: {failure.Message}");
    return 1;
}
