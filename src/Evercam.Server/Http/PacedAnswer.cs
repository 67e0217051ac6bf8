using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace Evercam.Server.Http;

/// <summary>The body of an answer on its way to the server's own: what is long goes in pieces, each when the one before is taken, and
/// whoever does not take them is hung up on. So an answer holds little memory, however long it is and however slow its reader.</summary>
internal sealed class PacedAnswer(HttpContext context, IHttpResponseBodyFeature body, SlowReaders readers, AnswerPace pace)
    : PipeWriter, IHttpResponseBodyFeature
{
    /// <summary>How much of what is long is written at once.</summary>
    public const int PieceBytes = 64 * 1024;

    /// <summary>What is no longer than this may be written at once: nearly every picture.</summary>
    public const int WholeBytes = 128 * 1024;

    /// <summary>How much of an answer may be ahead of its reader: what is written at once, what the server had already, and what the system
    /// has not sent.</summary>
    public const int AheadBytes = WholeBytes + PieceBytes + UnsentBytes.Most;

    /// <summary>How much of the server's memory an answer may take, with where it came from; one that is whole in memory takes that, too.</summary>
    public const int HeldBytes = WholeBytes + PieceBytes + WholeBytes;

    private readonly PipeWriter writer = body.Writer;
    private int wholeBytes;

    public Stream Stream => field ??= AsStream(leaveOpen: true);

    public PipeWriter Writer => this;

    public override bool CanGetUnflushedBytes => writer.CanGetUnflushedBytes;

    public override long UnflushedBytes => writer.UnflushedBytes;

    /// <summary>How fast this answer has to be taken, if that is not as fast as all.</summary>
    public AnswerPace Pace { get; set; } = pace;

    public override Memory<byte> GetMemory(int sizeHint = 0) => writer.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => writer.GetSpan(sizeHint);

    public override void Advance(int bytes) => writer.Advance(bytes);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
        TakenAsync(writer.FlushAsync(cancellationToken));

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default) =>
        source.Length <= WholeBytes
            ? TakenAsync(writer.WriteAsync(source, cancellationToken))
            : WritePiecesAsync(source, cancellationToken);

    public override void CancelPendingFlush() => writer.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => writer.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => writer.CompleteAsync(exception);

    public Task CompleteAsync() => body.CompleteAsync();

    public void DisableBuffering() => body.DisableBuffering();

    public Task StartAsync(CancellationToken cancellationToken = default) => body.StartAsync(cancellationToken);

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        SendFileFallback.SendFileAsync(Stream, path, offset, count, cancellationToken);

    private async ValueTask<FlushResult> WritePiecesAsync(ReadOnlyMemory<byte> source, CancellationToken cancellation)
    {
        FlushResult taken = default;
        wholeBytes = source.Length;
        for (var rest = source; !rest.IsEmpty && taken is { IsCompleted: false, IsCanceled: false };)
        {
            var piece = rest[..Math.Min(PieceBytes, rest.Length)];
            taken = await TakenAsync(writer.WriteAsync(piece, cancellation));
            rest = rest[piece.Length..];
        }

        wholeBytes = 0;
        return taken;
    }

    private ValueTask<FlushResult> TakenAsync(ValueTask<FlushResult> taken) => taken.IsCompleted ? taken : WaitAsync(taken);

    private async ValueTask<FlushResult> WaitAsync(ValueTask<FlushResult> taken)
    {
        using var waiting = readers.Wait(Pace, HeldBytes + wholeBytes);
        var taking = taken.AsTask();
        if (await Task.WhenAny(taking, waiting.IsOver) == taking)
        {
            return await taking;
        }

        // As if it had gone: what writes on writes into nothing.
        context.Abort();
        await ((Task)taking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return new(isCanceled: false, isCompleted: true);
    }
}

/// <summary>How slowly an answer may be taken.</summary>
/// <param name="BytesPerSecond">At least so fast; 0 if that does not matter.</param>
/// <param name="Grace">How long its reader may pause.</param>
internal readonly record struct AnswerPace(int BytesPerSecond, TimeSpan Grace)
{
    /// <summary>How long a reader may leave what there is of an answer in memory: <see langword="null"/> for ever.</summary>
    public TimeSpan? Patience => BytesPerSecond == 0 ? null : Grace + TimeSpan.FromSeconds(PacedAnswer.AheadBytes / (double)BytesPerSecond);
}

internal static class AnswerPaces
{
    /// <summary>Asks for another pace of one answer.</summary>
    public static void SetPace(this HttpContext context, AnswerPace pace)
    {
        // Also where something else stands before it, such as what takes down the answer to a form.
        if (context.Features.Get<PacedAnswer>() is { } answer)
        {
            answer.Pace = pace;
        }
    }
}
