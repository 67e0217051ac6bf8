namespace Evercam.Bench;

/// <summary>What very many cameras would ask of each part: what PostgreSQL has to do is measured here, all else worked out of that and of what is
/// given.</summary>
internal static class ScaleTable
{
    private const double Gibi = 1_073_741_824;
    private const double BufferBytes = Gibi / 2;
    private const double MonthSeconds = 2_592_000;

    /// <summary>Connections of each server that are no pool's: its claim, and the line by which it hears of changes.</summary>
    private const int OwnConnections = 2;

    /// <summary>How often a second PostgreSQL is asked on that line.</summary>
    private const int SignsOfLife = 5;

    public static async Task RunAsync(Arguments arguments, CancellationToken cancellation)
    {
        var cameras = arguments.Number("cameras", 100_000);
        var each = arguments.Number("node", 1_000);
        var bytes = 1_000.0 * arguments.Number("kb", 100);
        var part = arguments.Number("part", 5);
        var processor = arguments.Number("server-us", 440) / 1e6;
        var dumpSpeed = 1e6 * arguments.Number("dump-mb", 100);
        var putsOfPrefix = arguments.Number("puts", 3_500);
        var changes = arguments.Number("changes", 10);
        var probes = arguments.Number("probes", 20);
        arguments.End();
        if (cameras < each)
        {
            throw new BenchException("--cameras must be as many as --node, or more.");
        }

        var servers = (cameras + each - 1) / each;
        var cost = await ScaleCosts.MeasureAsync(servers, each, probes, cancellation);
        var measured = new Table("PostgreSQL, measured", "");
        measured.Add($"look for cameras without a server, among {servers * each:N0}", $"{cost.Look.TotalMilliseconds:0.00} ms");
        measured.Add($"sign of life of a server with {each:N0} cameras", $"{cost.Beat.TotalMilliseconds:0.00} ms");
        measured.Add("count who has how many", $"{cost.Count.TotalMilliseconds:0.00} ms");
        measured.Add($"row of a picture, {each:N0} in a transaction", $"{cost.Row.TotalMicroseconds:0.0} µs");
        measured.Add("question whether it is there", $"{cost.Sign.TotalMicroseconds:0.0} µs");
        measured.Add("bytes of a row and its indexes", $"{cost.RowBytes:0}");
        await measured.PrintAsync("Scale: processor time of PostgreSQL, and bytes");

        var (rate, kept) = ((double)cameras, cameras * MonthSeconds * cost.RowBytes);
        var table = new Table("where", "of", "asked of it", "it has", "times");
        Add("server: processor", "pictures × time of each", each * processor, 2, "cores");
        Add("server: memory for the bucket", "pictures × bytes × part interval", each * bytes * part / Gibi, BufferBytes / Gibi, "GiB");
        Add("server: network, each way", "pictures × bytes × 2", each * bytes * 2 * 8 / 1e9, 10, "Gbit/s");
        Add("PostgreSQL: rows", "cameras × row", rate * cost.Row.TotalSeconds, 16, "cores");
        Add("PostgreSQL: looks", "servers × look", servers * cost.Look.TotalSeconds, 16, "cores");
        Add("PostgreSQL: signs of life", "servers × (sign of life + 5 × question)", servers * (cost.Beat + (SignsOfLife * cost.Sign)).TotalSeconds, 16, "cores");
        Add("PostgreSQL: sharing", "servers × count / 10 s", servers * cost.Count.TotalSeconds / 10, 16, "cores");
        Add("PostgreSQL: connections", "servers × 2, and what requests need", servers * OwnConnections, 100, "");
        Add("PostgreSQL: rows of 30 days", "cameras × 2,592,000 × bytes of a row", kept / 1e12, 4, "TB");
        Add("PostgreSQL: nightly copy", "rows of 30 days / speed of pg_dump", kept / dumpSpeed / 3_600, 24, "hours");
        Add("PostgreSQL: LISTEN", "changes × servers", (double)changes * servers, 10_000, "a second");
        Add("PostgreSQL: coverage", "cameras × 4 changes a day", rate * 4 / 86_400, 1_000, "rows a second");
        Add("Redis: members read", "servers × 2 / 5 s", servers * 2 / 5.0, 10_000, "a second");
        Add("bucket: puts", "cameras × (1 / part interval + 2 an hour)", rate * ((1.0 / part) + (2 / 3_600.0)), putsOfPrefix, "a second");
        Add("bucket: bytes of 30 days", "cameras × 2,592,000 × bytes", rate * MonthSeconds * bytes / 1e15, 0, "PB");
        await table.PrintAsync($"Scale: {cameras:N0} cameras at 1 per second, {each:N0} a server, {servers:N0} servers");

        void Add(string where, string of, double asked, double has, string unit) => table.Add(
            where, of, $"{asked:#,0.##} {unit}".Trim(), has > 0 ? $"{has:#,0.##} {unit}".Trim() : "", has > 0 ? $"{asked / has:0.00}" : "");
    }
}
