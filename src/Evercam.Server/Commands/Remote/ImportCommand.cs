using System.CommandLine;
using System.Text.Json.Nodes;
using NodaTime;

namespace Evercam.Server.Commands.Remote;

/// <summary><c>evercam import CAMERA (--folder DIR | --from-server URL --from-camera ID)</c>: brings pictures that were taken
/// elsewhere.</summary>
internal static class ImportCommand
{
    public static Command Make()
    {
        var camera = CameraId.Make();
        camera.Description = "the id of the camera that gets them";
        var folder = new Option<string?>("--folder") { HelpName = "DIR", Description = "a folder of dated pictures, with all folders in it" };
        var zone = new Option<string?>("--zone") { HelpName = "ZONE", Description = "of times in a folder that name none: UTC, or Europe/Dublin; else the camera's" };
        var fromCamera = new Option<string?>("--from-camera") { HelpName = "ID", Description = "the camera of another server" };
        fromCamera.Validators.Add(CameraId.Expect);
        var (server, other) = (ServerChoice.Own(), ServerChoice.Other());
        var command = new Command("import", "brings pictures from a folder or from another server; nothing is brought twice")
        {
            camera, folder, zone, fromCamera,
        };
        server.AddTo(command);
        other.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetResult(folder) is null == result.GetResult(fromCamera) is null)
            {
                result.AddError("Where from? --folder DIR, or --from-server URL --from-camera ID.");
            }
        });
        command.SetAction((parsed, _) => Interrupt.EndsAsync(async stop =>
        {
            var (count, now) = (new PictureCount(), TimeProvider.System.GetUtcNow());
            var (place, zoneOfTimes) = (parsed.GetValue(folder), ZoneOf(parsed.GetValue(zone)));
            if (place is not null)
            {
                FolderPictures.Expect(place);
            }

            using var remote = await server.ConnectAsync(parsed, stop);
            using var source = place is null ? await FromAsync(other, parsed, stop) : null;
            if (source is not null)
            {
                (remote.IsOneOfTwo, source.IsOneOfTwo) = (true, true);
            }

            var of = await remote.AskAsync(api => api.Cameras.GetAsync(parsed.GetRequiredValue(camera), stop));
            var found = source is null
                ? FolderPictures.Find(place!, zoneOfTimes ?? RemoteServer.ZoneOf(of), now, count)
                : await OtherServerPictures.FindAsync(source, parsed.GetRequiredValue(fromCamera)!, count, stop);
            var import = new PictureImport(remote, of.Id, count);
            var known = await import.LookAsync(found, now, stop);
            await ErrorConsole.ShowProgressAsync($"Pictures for {of.Id}", tell => import.RunAsync(found, known, tell, stop));
            return await count.TellAsync(CommandOutput.Of(parsed), new JsonObject { ["camera"] = of.Id }, "uploaded");
        }));
        return command;
    }

    private static Task<RemoteServer> FromAsync(ServerChoice other, ParseResult parsed, CancellationToken cancellation) => other.IsMade(parsed)
        ? other.ConnectAsync(parsed, cancellation)
        : throw new CannotBeginException("Which server? --from-server URL, or EVERCAM_FROM_SERVER.");

    private static DateTimeZone? ZoneOf(string? name) => name is null
        ? null
        : DateTimeZoneProviders.Tzdb.GetZoneOrNull(name) ?? throw new CannotBeginException($"'{name}' is no time zone, such as UTC or Europe/Dublin.");
}
