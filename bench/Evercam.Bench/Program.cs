using System.Runtime.InteropServices;
using Evercam.Bench;
using Evercam.Bench.Processes;
using Evercam.Bench.References;

const string usage = """
    dotnet run -c Release --project bench/Evercam.Bench -- COMMAND

      record [--cameras 200] [--seconds 30] [--warmup 120]    what one recorded picture costs
      hold   [--most 2000] [--seconds 20] [--warmup 15]       how many cameras are held at one picture per second
      digest [--most 2000] [--seconds 20] [--warmup 30] [--nonce 30]              the same with cameras that ask for Basic and for Digest
      cluster [--cameras 100] [--servers 3] [--seconds 60] [--warmup 120]        recording by one, two and three servers with PostgreSQL, Redis and Swift
      retention [--cameras 1000] [--hours 12] [--seconds 60] [--warmup 15]    recording while old pictures are given up
      serve  [--connections 16] [--seconds 10] [--rounds 2] [--pictures 2000]    stored pictures over HTTP
      logins [--connections 4] [--seconds 10] [--rounds 2] [--warmup 5] [--people 20000]     signing up and logging in
      mixed  [--cameras 100] [--seconds 600] [--every 60] [--warmup 120]      recording, pictures, lists, uploads and log-ins at once, and memory meanwhile
      live   [--viewers 1000] [--seconds 20] [--rounds 2]     one public camera on many pages
      list   [--cameras 1000] [--connections 4] [--seconds 10] [--rounds 2]       a user's cameras in one answer
      coverage [--gaps 10000] [--connections 1] [--seconds 5] [--rounds 2]        a year of a camera that failed all along
      thumbnails [--pictures 500] [--width 640]               smaller pictures, made for the first time
      calendar [--rows 10000000] [--probes 200]               the calendar page of a camera with very many pictures
      index  [--rows 10000000] [--probes 3000] [--database both]              questions about time, in a small and a large index
      scale  [--cameras 100000] [--node 1000] [--kb 100] [--part 5] [--server-us 440]    what very many cameras would ask of each part
             [--dump-mb 100] [--puts 3500] [--changes 10] [--probes 20]
      allocations [--requests 2000] [--pictures 1000] [--rounds 10] [--warmup 10]      bytes allocated per request and per recorded picture
      vendors [--vendors 40000] [--seconds 5] [--connections 4]    the IEEE registry: importing it, and answering with it
      start  [--starts 5] [--idle 30] [--cameras 1000] [--seconds 30] [--warmup 15]  start and memory

    Each takes --program PATH: the evercam.dll to measure, such as a published one, in place of the Release build beside it.

    """;

using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
    var arguments = new Arguments(args.Skip(1));
    ServerProcess.Program = arguments.Text("program", ServerProcess.Program);
    Func<Arguments, CancellationToken, Task>? command = args.FirstOrDefault() switch
    {
        "record" => RecordTable.RunAsync,
        "hold" => HoldTable.RunAsync,
        "digest" => DigestTable.RunAsync,
        "cluster" => ClusterTable.RunAsync,
        "retention" => RetentionTable.RunAsync,
        "serve" => ServeTable.RunAsync,
        "logins" => LoginsTable.RunAsync,
        "mixed" => MixedTable.RunAsync,
        "live" => LiveTable.RunAsync,
        "list" => ListTable.RunAsync,
        "coverage" => CoverageTable.RunAsync,
        "thumbnails" => ThumbnailsTable.RunAsync,
        "calendar" => CalendarTable.RunAsync,
        "index" => IndexTable.RunAsync,
        "scale" => ScaleTable.RunAsync,
        "vendors" => VendorsTable.RunAsync,
        "allocations" => AllocationsTable.RunAsync,
        "start" => StartTable.RunAsync,
        BareFetch.Command => BareFetch.RunAsync,
        BareHash.Command => BareHash.RunAsync,
        BareEndpoint.Command => BareEndpoint.RunAsync,
        _ => null,
    };
    if (command is null)
    {
        await Console.Error.WriteAsync(usage);
        return 2;
    }

    await command(arguments, stop.Token);
    return 0;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 130;
}
catch (BenchException problem)
{
    await Console.Error.WriteLineAsync(problem.Message);
    return 1;
}

// What was started is stopped, and folders are removed, before the process ends.
void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}
