using System.CommandLine;
using System.Text.Json.Nodes;
using Evercam.Api;
using Evercam.Server.Http;

namespace Evercam.Server.Commands.Remote;

/// <summary><c>evercam snapshot CAMERA</c>: a picture of now, kept by the server, in a file, or both.</summary>
internal static class SnapshotCommand
{
    public static Command Make()
    {
        var camera = CameraId.Make();
        var file = new Option<string?>("--output") { HelpName = "FILE", Description = "puts the picture into a file, too" };
        var live = new Option<bool>("--live") { Description = "looks without keeping; needs --output" };
        var notes = new Option<string?>("--notes") { HelpName = "TEXT", Description = "what to write to the picture" };
        var server = ServerChoice.Own();
        var command = new Command("snapshot", "takes a picture now and keeps it") { camera, file, live, notes };
        server.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(live) && (result.GetResult(file) is null || result.GetResult(notes) is not null))
            {
                result.AddError("--live needs --output FILE, and no --notes.");
            }
        });
        command.SetAction((parsed, _) => Interrupt.EndsAsync(async stop =>
        {
            var (id, path) = (parsed.GetRequiredValue(camera), parsed.GetValue(file));
            if (path is not null)
            {
                WholeFile.ExpectFree(path);
            }

            using var remote = await server.ConnectAsync(parsed, stop);
            return await RunAsync(
                CommandOutput.Of(parsed),
                () => parsed.GetValue(live)
                    ? LookAsync(remote.Api, id, path!, stop)
                    : KeepAsync(remote.Api, id, parsed.GetValue(notes), path, stop));
        }));
        return command;
    }

    /// <summary>A camera that gives no picture is a complaint: everything else was as it should be.</summary>
    private static async Task<int> RunAsync(CommandOutput output, Func<Task<(string Line, JsonObject Document)>> run)
    {
        try
        {
            var (line, document) = await run();
            await output.TellAsync(line);
            await output.TellAsync(document);
            return 0;
        }
        catch (EvercamException refusal) when (IsOfCamera(refusal))
        {
            await output.FailAsync(refusal.Message);
            return CommandLine.WithComplaints;
        }
    }

    /// <summary>Of a server that can keep nothing, 503 is said, too, and of who lacks the right 403, in other words.</summary>
    private static bool IsOfCamera(EvercamException refusal) =>
        refusal.Messages is [CameraRefusal.WrongPassword or CameraRefusal.NoEndpoint or CameraRefusal.Offline];

    private static async Task<(string, JsonObject)> LookAsync(EvercamClient api, string camera, string path, CancellationToken cancellation)
    {
        using var picture = await api.Live.GetAsync(camera, cancellation: cancellation);
        var bytes = await WriteAsync(path, picture, cancellation);
        return ($"{path} has the live picture, {bytes} bytes", new() { ["camera"] = camera, ["kept"] = false, ["file"] = path, ["bytes"] = bytes });
    }

    private static async Task<(string, JsonObject)> KeepAsync(
        EvercamClient api, string camera, string? notes, string? path, CancellationToken cancellation)
    {
        var snapshot = await api.Snapshots.TakeAsync(camera, notes, cancellation);
        var document = new JsonObject { ["camera"] = camera, ["kept"] = true, ["created_at"] = snapshot.CreatedAt };
        if (path is null)
        {
            return ($"A picture is kept under {snapshot.CreatedAt}", document);
        }

        using var picture = await api.Snapshots.OpenAsync(camera, snapshot.CreatedAt, range: 0, cancellation: cancellation);
        var bytes = await WriteAsync(path, picture, cancellation);
        (document["file"], document["bytes"]) = (path, bytes);
        return ($"A picture is kept under {snapshot.CreatedAt}, and {path} has its {bytes} bytes", document);
    }

    private static async Task<int> WriteAsync(string path, Download picture, CancellationToken cancellation)
    {
        var bytes = await picture.ReadAsync(cancellation);
        if (PictureName.EndingOf(bytes) is null)
        {
            throw new CannotBeginException("What the server sent is no picture.");
        }

        await WholeFile.WriteAsync(WholeFile.ExpectFree(path), bytes, FileMode.CreateNew, cancellation);
        return bytes.Length;
    }
}
