using Evercam.FakeCameras;

namespace Evercam.Server.Demo;

/// <summary>The four cameras of the demonstration, which draw what they see and ask for Digest.</summary>
internal static class DemoCameras
{
    public const string UserName = "viewer";

    /// <summary>One that everyone sees, and one that its owner alone does.</summary>
    public const string Public = "building-site", Private = "harbour";

    public static IReadOnlyList<(FakeCamera Camera, string Timezone, bool IsPublic, double Longitude, double Latitude)> Make(
        string password) =>
    [
        (New(Public, "Building Site", Scene.BuildingSite, password), "Europe/Dublin", true, -6.26, 53.35),
        (New("high-street", "High Street", Scene.Street, password), "Europe/London", true, -0.13, 51.51),
        (New("hill-farm", "Hill Farm", Scene.Farm, password), "Europe/Berlin", false, 10.0, 47.7),
        (New(Private, "Harbour", Scene.Harbour, password), "America/New_York", false, -70.25, 43.66),
    ];

    private static FakeCamera New(string name, string title, Scene scene, string password) => new(name)
    {
        Title = title,
        Scene = scene,
        Width = 960,
        Height = 540,
        Auth = CameraAuth.DigestSha256,
        UserName = UserName,
        Password = password,
    };
}
