using System.Text.Json.Nodes;
using Evercam.Api;
using Evercam.Tests.Servers;

namespace Evercam.Tests.Commands.Remote;

/// <summary>A server with a person and a camera, and the program that talks to it from elsewhere.</summary>
internal sealed class RemoteStage : IDisposable
{
    private readonly HttpClient http;
    private readonly Person joe;
    private readonly Uri server;

    private RemoteStage(EvercamApp app, Person joe, string camera)
    {
        (this.joe, server, Camera) = (joe, app.Address, camera);
        http = new() { BaseAddress = app.Address };
        Api = new(http, Credential.Basic(joe.Name, joe.Password));
    }

    public EvercamClient Api { get; }

    public string Camera { get; }

    public TempFolder Folder { get; } = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<RemoteStage> SetAsync(EvercamApp app, JsonObject? fields = null)
    {
        var joe = await app.SignUpAsync();
        return new(app, joe, await app.AddCameraAsync(joe, fields: fields));
    }

    /// <summary>A picture that differs from others by its end.</summary>
    public static byte[] PictureOf(long second) => [0xFF, 0xD8, 0xFF, 0xE0, .. BitConverter.GetBytes(second), 0xFF, 0xD9];

    public async Task UploadAsync(long second, string? notes = null)
    {
        using var picture = new MemoryStream(PictureOf(second));
        await Api.Snapshots.UploadAsync(Camera, second, picture, notes, Cancellation);
    }

    /// <summary>Runs the program as the person, with the password from the environment.</summary>
    public Task<Ran> RunAsync(params string[] arguments) => RunAsync(new Dictionary<string, string>(), "", arguments);

    /// <summary>Runs the program.</summary>
    /// <param name="environment">What else it is told, or told otherwise.</param>
    /// <param name="input">What it reads.</param>
    /// <param name="arguments">What is typed.</param>
    public Task<Ran> RunAsync(Dictionary<string, string> environment, string input, params string[] arguments)
    {
        environment.TryAdd("EVERCAM_SERVER", server.ToString());
        environment.TryAdd("EVERCAM_PASSWORD", joe.Password);
        return EvercamProcess.RunAsync(environment, input, Cancellation, [.. arguments, "--user", joe.Name]);
    }

    /// <summary>The same person at the same server, as another one to import from.</summary>
    public Dictionary<string, string> AsOther() => new() { ["EVERCAM_FROM_PASSWORD"] = joe.Password };

    public string Name => joe.Name;

    public Uri Server => server;

    /// <summary>Runs the program with <c>--json</c>, which ends so.</summary>
    public async Task<JsonNode> AskAsync(int exit, params string[] arguments)
    {
        var ran = await RunAsync([.. arguments, "--json"]);
        Assert.True(ran.ExitCode == exit, ran.ToString());
        return JsonNode.Parse(ran.Output)!;
    }

    public void Dispose()
    {
        http.Dispose();
        Folder.Dispose();
    }
}
