using Evercam.Server.Http;
using Evercam.Server.Rights;
using Microsoft.Extensions.DependencyInjection;

namespace Evercam.Tests.Rights;

/// <summary>How soon a long answer notices that the right to it has ended.</summary>
public sealed class StandingTests(TimedSqliteApp shared) : IClassFixture<TimedSqliteApp>
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void A_lost_right_goes_unnoticed_for_a_second_at_most() => Assert.InRange(Standing.Glance, TimeSpan.Zero, Second);

    [Fact]
    public async Task An_answer_that_is_still_written_ends_within_a_second_of_its_right()
    {
        await using var scope = shared.App.Services.CreateAsyncScope();
        var writing = new TaskCompletionSource();
        var answer = scope.ServiceProvider.GetRequiredService<Standing>().WhileAsync(writing.Task, () => ValueTask.FromResult(false));
        Assert.False(answer.IsCompleted);
        shared.Clock.Advance(Second);
        await Eventually.IsTrueAsync(() => answer.IsCompleted);
        Assert.Equal(403, (await Assert.ThrowsAsync<ApiException>(() => answer)).Status);
    }
}
