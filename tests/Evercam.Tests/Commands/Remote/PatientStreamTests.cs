using System.IO.Pipelines;
using Evercam.Server.Commands.Remote;
using Microsoft.Extensions.Time.Testing;

namespace Evercam.Tests.Commands.Remote;

/// <summary>A server that stops in the middle of an answer.</summary>
public sealed class PatientStreamTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_is_waited_for_as_long_as_something_arrives_and_a_while_after()
    {
        var (pipe, clock) = (new Pipe(), new FakeTimeProvider());
        await using var stream = new PatientStream(pipe.Reader.AsStream(), Patience, clock);
        var bytes = new byte[8];
        for (var time = 0; time < 3; time++)
        {
            var read = stream.ReadAsync(bytes, Cancellation).AsTask();
            clock.Advance(Patience - TimeSpan.FromSeconds(1));
            await pipe.Writer.WriteAsync(new byte[] { 1 }, Cancellation);
            Assert.Equal(1, await read);
        }

        var late = stream.ReadAsync(bytes, Cancellation).AsTask();
        clock.Advance(Patience);
        var wrong = await Assert.ThrowsAsync<IOException>(() => late);
        Assert.Equal("The server sent nothing for 100 seconds.", wrong.Message);
    }

    [Fact]
    public async Task Who_breaks_it_off_is_not_told_of_time()
    {
        var pipe = new Pipe();
        await using var stream = new PatientStream(pipe.Reader.AsStream(), Patience, new FakeTimeProvider());
        using var stop = new CancellationTokenSource();
        var read = stream.ReadAsync(new byte[8], stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
    }
}
