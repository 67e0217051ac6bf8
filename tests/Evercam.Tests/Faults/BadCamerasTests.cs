using Evercam.FakeCameras;
using Evercam.Tests.Coverage;
using Evercam.Tests.Servers;

namespace Evercam.Tests.Faults;

/// <summary>Cameras that hang, drip, lie or flap, beside as many that do what they should.</summary>
public sealed class BadCamerasTests
{
    private const int Enough = 6;

    private static readonly int OfEach = LongForm.Times(everyday: 12, inLongForm: 100);

    /// <summary>One that is normal here flaps.</summary>
    private static readonly Behaviour[] Behaviours =
    [
        Behaviour.Hang, Behaviour.Drip, Behaviour.LieAboutType, Behaviour.Normal, Behaviour.Truncate, Behaviour.BreakOff, Behaviour.Endless,
        Behaviour.CloseWithoutAnswer, Behaviour.EmptyBody, Behaviour.Redirect, Behaviour.ServerError, Behaviour.WrongType,
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_good_ones_lose_nothing()
    {
        using var data = new TempFolder();
        FakeCamera[] bad = [.. Enumerable.Range(0, OfEach).Select(n => Small($"bad{n}", Behaviours[n % Behaviours.Length]))];
        FakeCamera[] good = [.. Enumerable.Range(0, OfEach).Select(n => Small($"good{n}", Behaviour.Normal))];
        FakeCamera[] flapping = [.. bad.Where(camera => camera.Behaviour == Behaviour.Normal)];
        await using var host = await FakeCameraHost.StartAsync([.. bad, .. good], Cancellation);
        using var server = await EvercamProcess.StartAsync(
            data.Path, Cancellation, new Dictionary<string, string> { ["Evercam__Recorder__OnlineCheck"] = "false" });
        await server.SignUpAsync();
        foreach (var camera in (FakeCamera[])[.. bad, .. good])
        {
            await server.RegisterCameraAsync(camera.Name, host.Port, perMinute: 60);
        }

        await Task.WhenAll(bad.Select(camera => camera.WaitForRequestsAsync(1, Cancellation)));
        var before = good.Select(camera => camera.Pictures).ToList();
        await Eventually.IsTrueAsync(() =>
        {
            Flap();
            return good.Zip(before).All(one => one.First.Pictures >= one.Second + Enough) && flapping.All(camera => camera.Requests > 3);
        });

        foreach (var camera in good)
        {
            var spans = CoverageStage.SpansOf(await server.Client.GetStringAsync($"cameras/{camera.Name}/coverage", Cancellation));
            Assert.Equal("recorded", Assert.Single(spans, span => span.Status != "off").Status);

            // From here on it gives none: each that it gave is there.
            camera.Behaviour = Behaviour.ServerError;
            await Eventually.IsTrueAsync(async () => await server.CountAsync(camera.Name, 0) == camera.Pictures);
        }

        // Nothing that is no picture was kept, and what was kept proves itself.
        foreach (var camera in bad)
        {
            Assert.InRange(await server.CountAsync(camera.Name, 0), 0, flapping.Contains(camera) ? (int)camera.Pictures : 0);
        }

        await Gate.CheckAsync(data.Path);

        // Each look finds it otherwise than the one before.
        void Flap()
        {
            foreach (var camera in flapping)
            {
                camera.Behaviour = camera.Behaviour == Behaviour.Normal ? Behaviour.CloseWithoutAnswer : Behaviour.Normal;
            }
        }
    }

    private static FakeCamera Small(string name, Behaviour behaviour) => new(name) { Width = 160, Height = 90, Behaviour = behaviour };
}
