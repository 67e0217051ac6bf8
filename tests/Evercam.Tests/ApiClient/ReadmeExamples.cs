using Evercam.Api;
using Microsoft.Extensions.DependencyInjection;

namespace Evercam.Tests.ApiClient;

/// <summary>The examples of the client's README, word by word, so that they compile. Those that need nothing of the reader's are run.</summary>
internal static class ReadmeExamples
{
    public static async Task BeginAsync()
    {
        using var http = new HttpClient { BaseAddress = new Uri("https://cameras.example.org") };
        var evercam = new EvercamClient(http, Credential.Basic("joeyb", "Tr1ceratops"));

        var camera = await evercam.Cameras.GetAsync("front-door");
        Console.WriteLine($"{camera.Name} is {(camera.IsOnline == true ? "online" : "offline")}");
    }

    public static void Register(IServiceCollection services, string apiId, string apiKey)
    {
        services.AddEvercamClient(options =>
        {
            options.Server = new Uri("https://cameras.example.org");
            options.Credential = Credential.ApiKeys(apiId, apiKey);
        });
    }

    public static async Task CopyAsync(EvercamClient evercam, string folder)
    {
        var from = new DateTimeOffset(2014, 4, 16, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();
        await foreach (var snapshot in evercam.Snapshots.ListAsync("front-door", from, from + 86_399))
        {
            using var picture = await evercam.Snapshots.OpenAsync("front-door", snapshot.CreatedAt, range: 0);
            await using var file = File.Create(Path.Combine(folder, $"{snapshot.CreatedAt}.jpg"));
            await picture.Content.CopyToAsync(file);
        }
    }

    public static async Task UploadAsync(EvercamClient evercam, string path)
    {
        await using var picture = File.OpenRead(path);
        await evercam.Snapshots.UploadAsync("front-door", 1_397_651_000, picture, notes: "From the old server");
    }

    public static async Task ListenAsync(EvercamClient evercam, CancellationToken stop)
    {
        await foreach (var notice in evercam.Notices.StreamAsync(["camera.offline", "camera.online"], cancellation: stop))
        {
            Console.WriteLine($"{notice.CameraId}: {notice.Event}");
        }
    }

    public static async Task<bool> TryAsync(EvercamClient evercam)
    {
        try
        {
            await evercam.Cameras.CreateAsync(new NewCamera("front-door", "Front Door") { ExternalHost = "192.168.1.64", JpgUrl = "/snapshot.jpg" });
        }
        catch (EvercamException refusal) when (refusal.Messages.Contains("camera already exists"))
        {
            return false;
        }

        return true;
    }
}
