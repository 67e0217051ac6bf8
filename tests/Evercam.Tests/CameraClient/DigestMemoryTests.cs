using Evercam.CameraClient;
using Evercam.CameraClient.Digest;

namespace Evercam.Tests.CameraClient;

public class DigestMemoryTests
{
    [Fact]
    public void Forgets_the_longest_unused_first()
    {
        var memory = new DigestMemory(capacity: 2);
        memory.Keep(Camera("one"), Session());
        memory.Keep(Camera("two"), Session());
        Assert.NotNull(memory.Find(Camera("one")));

        memory.Keep(Camera("three"), Session());

        Assert.NotNull(memory.Find(Camera("one")));
        Assert.Null(memory.Find(Camera("two")));
        Assert.NotNull(memory.Find(Camera("three")));
    }

    [Fact]
    public void Keeps_one_session_per_camera()
    {
        var memory = new DigestMemory(capacity: 2);
        var latest = Session();
        memory.Keep(Camera("one"), Session());
        memory.Keep(Camera("two"), Session());

        memory.Keep(Camera("one"), latest);

        Assert.Same(latest, memory.Find(Camera("one")));
        Assert.NotNull(memory.Find(Camera("two")));
    }

    [Fact]
    public void Forgets_what_it_is_told_to_forget_and_has_room_again()
    {
        var memory = new DigestMemory(capacity: 2);
        memory.Keep(Camera("one"), Session());
        memory.Keep(Camera("two"), Session());

        memory.Forget(Camera("two"));
        memory.Forget(Camera("nowhere"));
        memory.Keep(Camera("three"), Session());

        Assert.NotNull(memory.Find(Camera("one")));
        Assert.Null(memory.Find(Camera("two")));
        Assert.NotNull(memory.Find(Camera("three")));
    }

    [Fact]
    public void Tells_credentials_and_paths_apart()
    {
        var memory = new DigestMemory(capacity: 10);
        memory.Keep(CameraEndpoint.FromHost("h", 80, "/a", new("u", "p"))!, Session());

        Assert.NotNull(memory.Find(CameraEndpoint.FromHost("H", null, "/a", new("u", "p"))!));
        Assert.Null(memory.Find(CameraEndpoint.FromHost("h", 80, "/a", new("u", "q"))!));
        Assert.Null(memory.Find(CameraEndpoint.FromHost("h", 80, "/A", new("u", "p"))!));
        Assert.Null(memory.Find(CameraEndpoint.FromHost("h", 81, "/a", new("u", "p"))!));
    }

    private static CameraEndpoint Camera(string host) => CameraEndpoint.FromHost(host, 80, "/", new("user", "password"))!;

    private static DigestSession Session() =>
        new(DigestChallenge.Best(["Digest realm=r, nonce=n"])!, new("user", "password"), "/");
}
