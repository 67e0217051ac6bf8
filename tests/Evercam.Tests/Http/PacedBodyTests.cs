using System.IO.Pipelines;
using Evercam.Server.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Evercam.Tests.Http;

/// <summary>How long a body may take to come: at 1,000 bytes a second, and with a pause of two seconds.</summary>
public sealed class PacedBodyTests : IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly FakeTimeProvider clock = new();
    private readonly Pipe sender = new();
    private readonly ServiceProvider services;
    private readonly Stream body;

    public PacedBodyTests()
    {
        services = new ServiceCollection()
            .AddSingleton<TimeProvider>(clock)
            .AddSingleton(Options.Create(new ConnectionOptions { SlowestBytesPerSecond = 1_000, Grace = Grace }))
            .BuildServiceProvider();
        var context = new DefaultHttpContext { RequestServices = services };
        context.Request.Body = sender.Reader.AsStream();
        body = PacedBody.Of(context);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        body.Dispose();
        services.Dispose();
    }

    [Fact]
    public async Task Who_is_fast_enough_may_send_for_as_long_as_it_takes()
    {
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(2_000, await SendAsync(2_000, after: TimeSpan.FromSeconds(1.9)));
        }
    }

    [Fact]
    public async Task What_the_server_takes_for_itself_is_not_the_senders_fault()
    {
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(500, await SendAsync(500, after: TimeSpan.FromSeconds(0.4)));
            clock.Advance(TimeSpan.FromMinutes(1));
        }
    }

    [Fact]
    public async Task Who_sends_a_byte_now_and_then_is_too_slow()
    {
        Assert.Equal(1, await SendAsync(1, after: TimeSpan.FromSeconds(1.5)));
        await IsTooSlowAsync(() => SendAsync(1, after: TimeSpan.FromSeconds(1.5)));
    }

    [Fact]
    public async Task What_came_in_time_buys_no_time_for_what_comes_after_it()
    {
        Assert.Equal(4_000, await SendAsync(4_000, after: TimeSpan.FromSeconds(1)));
        await IsTooSlowAsync(() => SendAsync(1, after: Grace));
    }

    private static async Task IsTooSlowAsync(Func<Task> sending) =>
        Assert.Equal(408, (await Assert.ThrowsAsync<ApiException>(sending)).Status);

    /// <summary>Sends so much while the server waits for it.</summary>
    /// <returns>How much it has read.</returns>
    private async Task<int> SendAsync(int length, TimeSpan after)
    {
        var reading = body.ReadAsync(new byte[10_000], Cancellation).AsTask();
        Assert.False(reading.IsCompleted);
        clock.Advance(after);
        await sender.Writer.WriteAsync(new byte[length], Cancellation);
        return await reading;
    }
}
