using System.Text.Encodings.Web;
using System.Text.Json;
using Evercam.Archive;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;

namespace Evercam.Server.Snapshots;

/// <summary><c>{"snapshots":[…]}</c>, written as the pictures come, so that the length of the list costs no memory.</summary>
internal sealed class SnapshotsResult : IResult
{
    private const int FlushFrom = 16 * 1024;
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly CameraFacts camera;
    private readonly IAsyncEnumerable<Line> lines;
    private readonly SnapshotArchive? archive;
    private readonly CameraRights right;

    /// <param name="camera">Whose pictures.</param>
    /// <param name="snapshots">Which ones, ascending.</param>
    /// <param name="archive">Where the bytes and long notes come from.</param>
    /// <param name="right">What the request was let in for. The answer is broken off when it is lost, or when the server stops.</param>
    public SnapshotsResult(CameraFacts camera, IAsyncEnumerable<Snapshot> snapshots, SnapshotArchive archive, CameraRights right)
        : this(camera, snapshots.Select(s => new Line(s.TakenAt, s.Notes, s)), archive) => this.right = right;

    public SnapshotsResult(CameraFacts camera, IEnumerable<Snapshot> snapshots, SnapshotArchive archive, CameraRights right)
        : this(camera, snapshots.ToAsyncEnumerable(), archive, right)
    {
    }

    /// <summary>The one picture that was just kept.</summary>
    public SnapshotsResult(CameraFacts camera, DateTimeOffset takenAt, string? notes)
        : this(camera, AsyncEnumerable.Repeat(new Line(takenAt, notes, null), 1), null)
    {
    }

    private SnapshotsResult(CameraFacts camera, IAsyncEnumerable<Line> lines, SnapshotArchive? archive)
    {
        this.camera = camera;
        this.lines = lines;
        this.archive = archive;
    }

    /// <summary>Whether the pictures themselves are wanted, too.</summary>
    public bool WithData { get; init; }

    /// <summary>When those of the pictures were taken that are marked to be kept; <see langword="null"/> if that is not asked for.</summary>
    public IReadOnlySet<DateTimeOffset>? Kept { get; init; }

    public Task ExecuteAsync(HttpContext httpContext) => archive is null
        ? WriteAsync(httpContext.Response, httpContext.RequestAborted)
        : httpContext.RequestServices.GetRequiredService<Standing>().WhileStoredAsync(
            httpContext, camera, right, over => WriteAsync(httpContext.Response, over));

    private async Task WriteAsync(HttpResponse response, CancellationToken cancellation)
    {
        response.ContentType = "application/json; charset=utf-8";

        // Nothing is written before the first picture is at hand: until then a failure can still be told. From then on the answer
        // has begun, and a failure breaks it off.
        await using var each = lines.GetAsyncEnumerator(cancellation);
        using var data = WithData ? new PictureText(archive!) : null;
        var line = await NextAsync(each, data, cancellation);
        await response.StartAsync(cancellation);
        await using var json = new Utf8JsonWriter(response.BodyWriter, Options);
        json.WriteStartObject();
        json.WriteStartArray("snapshots");
        for (; line is not null; line = await NextAsync(each, data, cancellation))
        {
            Write(json, line);
            if (data is not null)
            {
                await data.WriteAsync(json, response.BodyWriter, cancellation);
            }

            json.WriteEndObject();
            if (json.BytesPending + response.BodyWriter.UnflushedBytes > FlushFrom)
            {
                await json.FlushAsync(cancellation);
                await response.BodyWriter.FlushAsync(cancellation);
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>The next line that is to be written: what was deleted since the list was made is left out, as if it had been before.</summary>
    private async ValueTask<Line?> NextAsync(IAsyncEnumerator<Line> each, PictureText? data, CancellationToken cancellation)
    {
        while (await each.MoveNextAsync())
        {
            if (await WholeAsync(each.Current, cancellation) is { } line
                && (data is null || await data.OpenAsync(line.Picture!, cancellation)))
            {
                return line;
            }
        }

        return null;
    }

    /// <summary>A line with all its notes, of which those of one picture at a time are in memory if they are long; <see langword="null"/> if
    /// its picture was deleted.</summary>
    private async ValueTask<Line?> WholeAsync(Line line, CancellationToken cancellation)
    {
        if (line.Picture is not { HasMoreNotes: true } picture)
        {
            return line;
        }

        return await archive!.FindWholeAsync(picture, cancellation) is { } whole ? line with { Notes = whole.Notes } : null;
    }

    /// <summary>Writes what is said of a picture, without its end.</summary>
    private void Write(Utf8JsonWriter json, Line line)
    {
        json.WriteStartObject();
        json.WriteString("camera", camera.Id);
        json.WriteString("notes", line.Notes);
        json.WriteNumber("created_at", ArchiveTime.SecondOf(line.TakenAt).ToUnixTimeSeconds());
        json.WriteString("timezone", camera.Timezone);
        if (Kept is not null)
        {
            json.WriteBoolean("kept", Kept.Contains(line.TakenAt));
        }
    }

    private sealed record Line(DateTimeOffset TakenAt, string? Notes, Snapshot? Picture);
}
