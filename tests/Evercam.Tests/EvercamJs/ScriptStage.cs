using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Evercam.FakeCameras;
using Evercam.Tests.Servers;
using Microsoft.Playwright;

namespace Evercam.Tests.EvercamJs;

/// <summary>A server that asks its cameras for each picture, and another site. A class fixture.</summary>
public sealed class ScriptServer : IAsyncLifetime
{
    public EvercamApp App { get; private set; } = null!;

    internal OtherSite Site { get; private set; } = null!;

    internal static IReadOnlyDictionary<string, string?> Settings { get; } = new Dictionary<string, string?>
    {
        ["Evercam:Recorder:LiveRefresh"] = "00:00:00",
        ["Evercam:Recorder:LongestPause"] = "00:00:01",
        ["Evercam:Recorder:OnlineCheck"] = "false",
    };

    public async ValueTask InitializeAsync()
    {
        App = await EvercamApp.StartAsync(Settings);
        Site = await OtherSite.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Site.DisposeAsync();
        await App.DisposeAsync();
    }
}

/// <summary>Cameras that show red, their owner, and a browser in front of a page of another site.</summary>
internal sealed class ScriptStage : IAsyncDisposable
{
    /// <summary>What every page of these tests can: name the colour in the middle of an image, by its pixels.</summary>
    private const string Eyes =
        """
        window.pixel = (img, x, y) => {
          if (typeof img === 'string') img = document.querySelector(img);
          if (img.shadowRoot) img = img.shadowRoot.querySelector('img');
          if (!img.complete || !img.naturalWidth) return null;
          const canvas = document.createElement('canvas');
          [canvas.width, canvas.height] = [100, 100];
          const context = canvas.getContext('2d');
          context.drawImage(img, 0, 0, 100, 100);
          return [...context.getImageData(x, y, 1, 1).data];
        };
        window.colourOf = (img) => {
          const [red, green, blue] = window.pixel(img, 50, 70) ?? [];
          return red > 200 ? 'red' : green > 200 ? 'green' : blue > 200 ? 'blue' : red === undefined ? 'nothing' : 'other';
        };
        """;

    private readonly ScriptServer server;
    private readonly FakeCameraHost host;

    private ScriptStage(ScriptServer server, FakeCameraHost host, Person owner, IReadOnlyList<string> ids, IBrowserContext window)
    {
        (this.server, this.host, Owner, Ids, Window) = (server, host, owner, ids, window);
    }

    public Person Owner { get; }

    public IReadOnlyList<string> Ids { get; }

    public IReadOnlyList<FakeCamera> Cameras => host.Cameras;

    /// <summary>The first camera, and its id.</summary>
    public FakeCamera Camera => Cameras[0];

    public string Id => Ids[0];

    public IBrowserContext Window { get; }

    public EvercamApp App => server.App;

    public string Address => App.Address.GetLeftPart(UriPartial.Authority);

    /// <summary>The line that pages include the script with.</summary>
    public string Script => $"<script src='{Address}/js/v1/evercam.js'></script>";

    /// <summary>What browsers asked the server for pictures, in order. Pages go on to ask while a test looks.</summary>
    public ImmutableList<string> Asked { get; private set; } = [];

    /// <summary>What pages complained about.</summary>
    public List<string> Errors { get; } = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<ScriptStage> SetAsync(ScriptServer server, Chromium chromium, int cameras = 1, bool isPublic = true)
    {
        var fakes = Enumerable.Range(0, cameras).Select(number => new FakeCamera($"camera-{number}")).ToList();
        var host = await FakeCameraHost.StartAsync(fakes, Cancellation);
        var owner = await server.App.SignUpAsync();
        var ids = new List<string>();
        foreach (var fake in fakes)
        {
            fake.Picture = await Paint.OfAsync("red");
            ids.Add(await server.App.AddCameraAsync(owner, id: null, FieldsOf(host, fake, isPublic)));
        }

        var window = await chromium.OpenAsync();
        await window.AddInitScriptAsync(Eyes);
        return new(server, host, owner, ids, window);
    }

    public static JsonObject FieldsOf(FakeCameraHost host, FakeCamera camera, bool isPublic) => new()
    {
        ["is_public"] = isPublic,
        ["external_host"] = "127.0.0.1",
        ["external_http_port"] = host.Port,
        ["jpg_url"] = host.UrlOf(camera).AbsolutePath,
    };

    public JsonObject Fields(int camera = 0, bool isPublic = true) => FieldsOf(host, Cameras[camera], isPublic);

    /// <summary>Lets a camera show another colour.</summary>
    public async Task PaintAsync(string colour, int camera = 0) => Cameras[camera].Picture = await Paint.OfAsync(colour);

    /// <summary>Opens a page of the other site.</summary>
    /// <param name="html">The page, as its author wrote it.</param>
    /// <param name="jQuery">The jQuery that it includes first, if any.</param>
    /// <param name="host">The name of the other site.</param>
    /// <param name="stopsClock">Whether its timers wait until the test moves them on.</param>
    public async Task<IPage> OpenAsync(string html, string? jQuery = null, string host = "127.0.0.1", bool stopsClock = false)
    {
        var page = await Window.NewPageAsync();
        page.PageError += (_, error) => Errors.Add(error);
        page.Request += (_, request) =>
        {
            if (request.Url.Contains("/snapshot.jpg", StringComparison.Ordinal))
            {
                Asked = Asked.Add(request.Url);
            }
        };
        if (stopsClock)
        {
            await page.Clock.InstallAsync();
            await page.Clock.PauseAtAsync(TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(1));
        }

        var before = jQuery is null ? "" : $"<script src='/jquery-{jQuery}.js'></script>";
        await page.GotoAsync(server.Site.Show($"<!DOCTYPE html><title>x</title>{before}{html}", host));
        return page;
    }

    /// <summary>Gives a file of the other site.</summary>
    public string Give(string path, string type, string text) => server.Site.Give(path, type, text, "127.0.0.1");

    public async ValueTask DisposeAsync()
    {
        await Window.DisposeAsync();
        await host.DisposeAsync();
    }
}

/// <summary>What tests see on a page.</summary>
internal static class Sights
{
    public static Task<string> ColourAsync(this IPage page, string image) =>
        page.EvaluateAsync<string>("image => colourOf(image)", image);

    /// <summary>Waits until an image shows a colour.</summary>
    public static async Task ShowsAsync(this IPage page, string image, string colour)
    {
        var seen = "";
        try
        {
            await Eventually.IsTrueAsync(async () => (seen = await page.ColourAsync(image)) == colour);
        }
        catch (Xunit.Sdk.XunitException)
        {
            Assert.Equal((image, colour), (image, seen));
        }
    }

    /// <summary>Hides the page as if another tab were in front of it, or shows it again.</summary>
    public static Task HideAsync(this IPage page, bool isHidden) => page.EvaluateAsync(
        "value => { Object.defineProperty(document, 'hidden', { value, configurable: true }); document.dispatchEvent(new Event('visibilitychange')); }",
        isHidden);

    /// <summary>Lets the time pass until the next picture of an image, and waits for it.</summary>
    public static async Task PassAsync(this IPage page, string image, int milliseconds)
    {
        const string source = "image => document.querySelector(image).src";
        var before = await page.EvaluateAsync<string>(source, image);
        await page.Clock.RunForAsync(milliseconds);
        await Eventually.IsTrueAsync(async () => await page.EvaluateAsync<string>(source, image) != before);
    }

    /// <summary>What people hear who do not see an image.</summary>
    public static Task<string> AltAsync(this IPage page, string image) => page.EvaluateAsync<string>(
        "image => { const it = document.querySelector(image); return (it.shadowRoot?.querySelector('img') ?? it).getAttribute('alt') ?? ''; }",
        image);

    public static Task SaysAsync(this IPage page, string image, string words) =>
        Eventually.IsTrueAsync(async () => (await page.AltAsync(image)).Contains(words, StringComparison.Ordinal));
}
