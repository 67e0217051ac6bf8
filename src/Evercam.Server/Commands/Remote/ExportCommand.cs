using System.CommandLine;
using System.Text.Json.Nodes;
using Evercam.Api;
using NodaTime;

namespace Evercam.Server.Commands.Remote;

/// <summary><c>evercam export CAMERA --from --to (--folder DIR | --tar FILE)</c>: a camera's pictures of a span of time as files.</summary>
internal static class ExportCommand
{
    public static Command Make()
    {
        var camera = CameraId.Make();
        var from = new Option<string>("--from") { HelpName = "TIME", Required = true, Description = "the first moment: 2014-04-16 or 2014-04-16T12:30 in the camera's time zone, unless Z or +01:00 follows; or Unix seconds" };
        var to = new Option<string>("--to") { HelpName = "TIME", Required = true, Description = "the last moment, included; a day means all of it" };
        var folder = new Option<string?>("--folder") { HelpName = "DIR", Description = "puts the pictures into a folder" };
        var tar = new Option<string?>("--tar") { HelpName = "FILE", Description = "puts the pictures into a TAR file" };
        var server = ServerChoice.Own();
        var command = new Command("export", "copies a camera's pictures into dated files; what is there already is not fetched again")
        {
            camera, from, to, folder, tar,
        };
        server.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetResult(folder) is null == result.GetResult(tar) is null)
            {
                result.AddError("Where to? --folder DIR or --tar FILE.");
            }
        });
        command.SetAction((parsed, _) => Interrupt.EndsAsync(async stop =>
        {
            var place = parsed.GetValue(tar) is { } file ? WholeFile.Expect(file) : null;
            using var remote = await server.ConnectAsync(parsed, stop);
            var of = await remote.Api.Cameras.GetAsync(parsed.GetRequiredValue(camera), stop);
            var zone = RemoteServer.ZoneOf(of);
            var (first, last) = (Moment(parsed.GetRequiredValue(from), zone, isEnd: false), Moment(parsed.GetRequiredValue(to), zone, isEnd: true));
            if (first > last)
            {
                throw new CannotBeginException("--from is after --to.");
            }

            var whose = $"{of.Id} at {remote.Address}";
            await using IPictureShelf shelf =
                place is null ? FolderShelf.Open(parsed.GetRequiredValue(folder)!, whose) : TarShelf.Open(place, whose);
            var count = await ErrorConsole.ShowProgressAsync(
                $"Pictures of {of.Id}", tell => FetchAsync(remote.Api, of.Id, first, last, shelf, tell, stop));
            return await count.TellAsync(
                CommandOutput.Of(parsed), new JsonObject { ["camera"] = of.Id, ["from"] = first, ["to"] = last }, "fetched");
        }));
        return command;
    }

    private static long Moment(string text, DateTimeZone zone, bool isEnd) => MomentText.Read(text, zone, isEnd)
        ?? throw new CannotBeginException($"'{text}' is no moment, such as 2014-04-16 or 2014-04-16T12:30Z.");

    /// <summary>One picture a second: the API shows no other of the same second.</summary>
    private static async Task<PictureCount> FetchAsync(
        EvercamClient api, string camera, long from, long to, IPictureShelf shelf, Action<double> tell, CancellationToken cancellation)
    {
        var (count, before) = (new PictureCount(), long.MinValue);
        await foreach (var snapshot in api.Snapshots.ListAsync(camera, from, to, pageSize: 1_000, cancellation: cancellation))
        {
            var second = snapshot.CreatedAt;
            if (second == before)
            {
                continue;
            }

            before = second;
            if (!PictureName.IsTime(second))
            {
                count.Complain(PictureName.Of(second), "this is no time");
            }
            else if (shelf.Has(second))
            {
                count.AlreadyThere++;
            }
            else
            {
                await FetchAsync(api, camera, snapshot, shelf, count, cancellation);
            }

            tell((double)(second - from) / Math.Max(1, to - from));
        }

        await shelf.FinishAsync();
        return count;
    }

    private static async Task FetchAsync(
        EvercamClient api, string camera, Snapshot snapshot, IPictureShelf shelf, PictureCount count, CancellationToken cancellation)
    {
        try
        {
            using var picture = await api.Snapshots.OpenAsync(camera, snapshot.CreatedAt, range: 0, cancellation: cancellation);
            var bytes = await picture.ReadAsync(cancellation);
            if (PictureName.EndingOf(bytes) is not { } ending)
            {
                count.Complain(PictureName.Of(snapshot.CreatedAt), "what the server sent is no picture");
                return;
            }

            await shelf.AddAsync(snapshot, bytes, ending, cancellation);
            count.Done++;
        }
        catch (EvercamException refusal) when ((int)refusal.Status is StatusCodes.Status404NotFound or StatusCodes.Status503ServiceUnavailable)
        {
            count.Complain(PictureName.Of(snapshot.CreatedAt), refusal.Message);
        }
    }
}
