namespace Evercam.FakeCameras;

/// <summary>What was asked for on the command line.</summary>
internal sealed record CommandLine(bool WantsHelp, int Port, IReadOnlyList<FakeCamera> Cameras)
{
    public const string Help =
        """
        Simulated network cameras on 127.0.0.1, each at /NAME/snapshot.jpg.

          dotnet run --project tools/FakeCamera -- [options]

          --port N             the port; 0 takes a free one (default 8001)
          --scene SCENE        building-site, street, farm, harbour,
                               or all: one camera of each (default all)
          --name NAME          the camera's path (default: the scene)
          --title TEXT         written into the picture (default: the name)
          --size WxH           pixels (default 1280x720)
          --utc-offset +HH:MM  what the camera's clock is ahead of UTC (default +00:00)
          --auth AUTH          none, basic, digest, digest-sha256, digest-md5-sess, digest-sha256-sess
                               (default none); digest is digest-md5
          --user NAME          (default admin)
          --password TEXT      needed for every AUTH but none
          --behaviour WHAT     normal, png, slow, hang, drip, wrong-type, lie-about-type, redirect,
                               gigabyte, endless, truncate, break-off, server-error, forbidden,
                               not-found, close-without-answer, empty-body (default normal)
          --delay SECONDS      how long a slow camera waits (default 2)
          --help               this text
        """;

    /// <exception cref="FormatException">Its message says in one sentence what is wrong.</exception>
    public static CommandLine Parse(IReadOnlyList<string> words)
    {
        if (words.Contains("--help"))
        {
            return new CommandLine(WantsHelp: true, 0, []);
        }

        var options = CommandOptions.Read(words,
            "port", "scene", "name", "title", "size", "utc-offset", "auth", "user", "password", "behaviour", "delay");
        var scenes = options.Text("scene", "all") == "all"
            ? Enum.GetValues<Scene>()
            : [options.Word("scene", Scene.Street)];
        if (scenes.Length > 1 && (options.Has("name") || options.Has("title")))
        {
            throw new FormatException("--name and --title are for one camera: say which --scene.");
        }

        var auth = options.Text("auth", "") == "digest" ? CameraAuth.DigestMd5 : options.Word("auth", CameraAuth.None);
        if (auth != CameraAuth.None && !options.Has("password"))
        {
            throw new FormatException($"--auth {options.Text("auth", "")} needs a --password.");
        }

        var port = (int)options.Number("port", 8001, 0, 65535);
        return new CommandLine(WantsHelp: false, port, [.. scenes.Select(s => Camera(s, auth, options))]);
    }

    private static FakeCamera Camera(Scene scene, CameraAuth auth, CommandOptions options)
    {
        var name = options.Text("name", CommandOptions.Kebab(scene.ToString()));
        if (!FakeCamera.IsName(name))
        {
            throw new FormatException($"--name {name} must be letters, digits, '-', '_' and '.'.");
        }

        var (width, height) = options.Size("size", (1280, 720));
        return new FakeCamera(name)
        {
            Title = options.Text("title", name),
            Scene = scene,
            Width = width,
            Height = height,
            UtcOffset = options.Offset("utc-offset"),
            Auth = auth,
            UserName = options.Text("user", "admin"),
            Password = options.Text("password", ""),
            Behaviour = options.Word("behaviour", Behaviour.Normal),
            Delay = TimeSpan.FromSeconds(options.Number("delay", 2, 0, 3600)),
        };
    }
}
