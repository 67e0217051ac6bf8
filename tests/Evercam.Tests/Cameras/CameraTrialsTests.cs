using Evercam.Server.Cameras;
using Evercam.Server.Http;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Microsoft.Extensions.Options;

namespace Evercam.Tests.Cameras;

public class CameraTrialsTests
{
    private readonly CameraTrials trials = new(Options.Create(new CameraOptions { TrialsPerCaller = 2, Trials = 5 }));

    private static Caller Joe => new(CallerScheme.Basic) { UserKey = 1 };

    private static Caller Viewer => new(CallerScheme.Keys) { ClientKey = 1 };

    [Fact]
    public void Each_caller_has_so_many_at_a_time()
    {
        var first = trials.Begin(Joe);
        using var second = trials.Begin(new(CallerScheme.Keys) { UserKey = 1 });
        Assert.Equal(429, Assert.Throws<ApiException>(() => trials.Begin(Joe)).Status);
        using var other = trials.Begin(new(CallerScheme.Basic) { UserKey = 2 });

        first.Dispose();
        first.Dispose();
        using var third = trials.Begin(Joe);
        Assert.Throws<ApiException>(() => trials.Begin(Joe));
    }

    [Fact]
    public void All_together_have_so_many_at_a_time()
    {
        var begun = Enumerable.Range(0, 5).Select(user => trials.Begin(new(CallerScheme.Basic) { UserKey = user })).ToList();
        Assert.Throws<ApiException>(() => trials.Begin(Viewer));
        begun.ForEach(trial => trial.Dispose());
        using var now = trials.Begin(Viewer);
    }

    [Fact]
    public void Those_whom_an_application_acts_for_do_not_count_together()
    {
        using var his = trials.Begin(ActingFor(1));
        using var again = trials.Begin(ActingFor(1));
        Assert.Throws<ApiException>(() => trials.Begin(ActingFor(1)));
        using var hers = trials.Begin(ActingFor(2));
        using var own = trials.Begin(Viewer);
    }

    private static Caller ActingFor(long user) => Viewer with
    {
        Scheme = CallerScheme.Bearer,
        Scopes = [new Scope(user, GrantedResource.User, null, CameraRights.View)],
    };
}
