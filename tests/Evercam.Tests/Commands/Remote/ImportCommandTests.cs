using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Evercam.Tests.Servers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Evercam.Tests.Commands.Remote;

/// <summary><c>evercam import</c>.</summary>
public sealed class ImportCommandTests(SqliteApp shared) : IClassFixture<SqliteApp>
{
    private const long Noon = 1_397_646_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Dated_pictures_of_a_folder_are_brought_once_and_the_rest_is_complained_of()
    {
        using var stage = await RemoteStage.SetAsync(shared.App, new JsonObject { ["timezone"] = "Europe/Dublin" });
        var folder = stage.Folder;
        Directory.CreateDirectory(folder["deep/er"]);
        await WriteAsync(folder["deep/er/20140416120000.jpg"], Noon);
        await WriteAsync(folder["2014-04-16T11-00-01Z.jpg"], Noon + 1);
        await File.WriteAllTextAsync(folder["2014-04-16T11-00-01Z.txt"], "Nöon", Cancellation);
        await File.WriteAllBytesAsync(folder["2014-04-16_12-00-02.PNG"], await Photographs.ReadAsync("picture.png"), Cancellation);
        await WriteAsync(folder["2014-04-16_12-00-01 again.jpg"], Noon + 1);
        await WriteAsync(folder["holiday.jpg"], 1);
        await File.WriteAllTextAsync(folder["20140416120009.jpg"], "no picture", Cancellation);
        await File.WriteAllTextAsync(folder["20140416120010.doc"], "something else", Cancellation);

        string[] arguments = ["import", stage.Camera, "--folder", folder.Path];
        var told = await stage.AskAsync(1, arguments);
        Assert.Equal((3, 0), ((int)told["uploaded"]!, (int)told["already_there"]!));
        Assert.Equal(
            ["holiday.jpg: nothing tells when it was taken", "2014-04-16_12-00-01 again.jpg: another picture has its second", "20140416120009.jpg: file type not supported"],
            told["complaints"]!.AsArray().Select(one => $"{one!["picture"]}: {one["reason"]}"));
        var kept = await stage.Api.Snapshots.ListAllAsync(stage.Camera, Cancellation);
        Assert.Equal([(Noon, null), (Noon + 1, "Nöon"), (Noon + 2, null)], kept.Select(one => (one.CreatedAt, one.Notes)));
        using (var picture = await stage.Api.Snapshots.OpenAsync(stage.Camera, Noon + 1, range: 0, cancellation: Cancellation))
        {
            Assert.Equal(RemoteStage.PictureOf(Noon + 1), await picture.ReadAsync(Cancellation));
        }

        told = await stage.AskAsync(1, arguments);
        Assert.Equal((0, 3), ((int)told["uploaded"]!, (int)told["already_there"]!));
        Assert.Equal(3, (await stage.Api.Snapshots.ListAllAsync(stage.Camera, Cancellation)).Count);

        await stage.AskAsync(1, [.. arguments, "--zone", "UTC"]);
        Assert.Contains(Noon + 3_600, (await stage.Api.Snapshots.ListAllAsync(stage.Camera, Cancellation)).Select(one => one.CreatedAt));
        Assert.Contains("is no time zone", (string?)(await stage.AskAsync(2, [.. arguments, "--zone", "Mars"]))["error"], StringComparison.Ordinal);
        Assert.Contains("There is no folder", (string?)(await stage.AskAsync(2, "import", stage.Camera, "--folder", folder["none"]))["error"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_read_is_complained_of_and_the_rest_is_brought()
    {
        using var stage = await RemoteStage.SetAsync(shared.App);
        var folder = stage.Folder;
        Directory.CreateDirectory(folder["deep"]);
        File.CreateSymbolicLink(folder["deep/back"], folder.Path);
        File.CreateSymbolicLink(folder["2014-04-16T11-00-05Z.jpg"], "nowhere");
        File.CreateSymbolicLink(folder["2014-04-16T11-00-06Z.jpg"], "2014-04-16T11-00-06Z.jpg");
        using (var make = Process.Start("mkfifo", [folder["2014-04-16T11-00-07Z.jpg"], folder["2014-04-16T11-00-00Z.txt"]]))
        {
            await make.WaitForExitAsync(Cancellation);
        }

        await WriteAsync(folder["deep/2014-04-16T11-00-01Z.jpg"], Noon + 1);
        await WriteAsync(folder["2014-04-16T11-00-00Z.jpg"], Noon);
        var told = await stage.AskAsync(1, "import", stage.Camera, "--folder", folder.Path);
        Assert.Equal(2, (int)told["uploaded"]!);
        Assert.Equal(
            ["2014-04-16T11-00-05Z.jpg", "2014-04-16T11-00-06Z.jpg", "2014-04-16T11-00-07Z.jpg", "deep/back"],
            told["complaints"]!.AsArray().Select(one => (string?)one!["picture"]));
    }

    [Fact]
    public async Task A_number_that_looks_like_a_time_to_come_is_none_and_what_will_go_again_is_said_once()
    {
        using var stage = await RemoteStage.SetAsync(shared.App);
        await stage.Api.Recordings.SetAsync(stage.Camera, new("off", KeepDays: 30), Cancellation);
        var (folder, now) = (stage.Folder, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        await WriteAsync(folder["9999999999.jpg"], 1);
        await WriteAsync(folder["20991231235959.jpg"], 1);
        await WriteAsync(folder["2286-11-20T17-46-39Z.jpg"], 9_999_999_999);
        await WriteAsync(folder["2014-04-16T11-00-00Z.jpg"], Noon);
        await WriteAsync(folder["2014-04-16T11-00-01Z.jpg"], Noon + 1);
        await WriteAsync(folder[$"{now}.jpg"], now);
        var told = await stage.AskAsync(1, "import", stage.Camera, "--folder", folder.Path, "--zone", "UTC");
        Assert.Equal(4, (int)told["uploaded"]!);
        Assert.Equal(
            [
                "20991231235959.jpg: the time that it tells, 2099-12-31 23:59:59 UTC, is still to come",
                "9999999999.jpg: the time that it tells, 2286-11-20 17:46:39 UTC, is still to come",
                "2014-04-16T11-00-00Z.jpg: this and 1 more are older than the 30 days that the camera keeps pictures (keep_days), and will be deleted again",
            ],
            told["complaints"]!.AsArray().Select(one => $"{one!["picture"]}: {one["reason"]}"));

        // What is there already, and may be marked to be kept, is nothing to warn of, nor is what is kept for ever.
        Assert.Equal(2, (await stage.AskAsync(1, "import", stage.Camera, "--folder", folder.Path, "--zone", "UTC"))["complaints"]!.AsArray().Count);
        await stage.Api.Recordings.SetAsync(stage.Camera, new("off"), Cancellation);
        Assert.Equal(2, (await stage.AskAsync(1, "import", stage.Camera, "--folder", folder.Path, "--zone", "UTC"))["complaints"]!.AsArray().Count);
    }

    [Fact]
    public async Task Notes_that_are_no_text_are_complained_of_with_their_picture()
    {
        using var stage = await RemoteStage.SetAsync(shared.App);
        await WriteAsync(stage.Folder["2014-04-16T11-00-00Z.jpg"], Noon);
        await WriteAsync(stage.Folder["2014-04-16T11-00-01Z.jpg"], Noon + 1);
        await WriteAsync(stage.Folder["2014-04-16T11-00-02Z.jpg"], Noon + 2);
        await File.WriteAllBytesAsync(stage.Folder["2014-04-16T11-00-00Z.txt"], [(byte)'N', 0xF6, (byte)'o', (byte)'n'], Cancellation);
        await File.WriteAllTextAsync(stage.Folder["2014-04-16T11-00-01Z.txt"], "Nöon", new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), Cancellation);
        var told = await stage.AskAsync(1, "import", stage.Camera, "--folder", stage.Folder.Path);
        Assert.Equal(
            ["2014-04-16T11-00-00Z.jpg: its notes, 2014-04-16T11-00-00Z.txt, are not UTF-8"],
            told["complaints"]!.AsArray().Select(one => $"{one!["picture"]}: {one["reason"]}"));
        Assert.Equal(
            [(Noon + 1, "Nöon"), (Noon + 2, null)],
            (await stage.Api.Snapshots.ListAllAsync(stage.Camera, Cancellation)).Select(one => (one.CreatedAt, one.Notes)));
    }

    [Fact]
    public async Task What_is_missing_here_is_said_before_any_server_is_asked()
    {
        using var stage = await RemoteStage.SetAsync(shared.App);
        var nobody = new Dictionary<string, string> { ["EVERCAM_PASSWORD"] = "not theirs" };
        Assert.Equal(
            (2, $"There is no folder {stage.Folder["none"]}.\n"),
            Complaint(await stage.RunAsync(nobody, "", "import", stage.Camera, "--folder", stage.Folder["none"])));
        Assert.Equal(
            (2, "'Mars' is no time zone, such as UTC or Europe/Dublin.\n"),
            Complaint(await stage.RunAsync(nobody, "", "import", stage.Camera, "--folder", stage.Folder.Path, "--zone", "Mars")));
    }

    [Fact]
    public async Task Of_two_servers_it_is_said_which_one_refused_and_whose_password_there_is_none_of()
    {
        using var stage = await RemoteStage.SetAsync(shared.App);
        var other = new UriBuilder(stage.Server) { Host = "localhost" }.Uri.ToString().TrimEnd('/');
        string[] arguments = ["import", stage.Camera, "--from-server", other, "--from-camera", stage.Camera, "--from-user", stage.Name];
        var right = stage.AsOther()["EVERCAM_FROM_PASSWORD"];
        Assert.Equal((2, $"{other} says: Unauthenticated\n"), await SaidAsync(right, "wrong"));
        Assert.Equal((2, $"{stage.Server.ToString().TrimEnd('/')} says: Unauthenticated\n"), await SaidAsync("wrong", right));
        Assert.Equal(
            (2, $"There is no password of {stage.Name} at localhost: neither EVERCAM_FROM_PASSWORD nor the standard input has one.\n"),
            await SaidAsync(right, ""));

        async Task<(int ExitCode, string Errors)> SaidAsync(string own, string others) => Complaint(await stage.RunAsync(
            new Dictionary<string, string> { ["EVERCAM_PASSWORD"] = own, ["EVERCAM_FROM_PASSWORD"] = others }, "", arguments));
    }

    /// <summary>What the other server answers when it is asked for its picture.</summary>
    [Theory]
    [InlineData(404, """{"message":"Snapshot does not exist"}""", 1, "1 complaints", "2014-04-16/2014-04-16T11-00-00Z: OTHER says: Snapshot does not exist")]
    [InlineData(403, """{"message":"Unauthorized"}""", 2, "", "OTHER says: Unauthorized")]
    [InlineData(200, """{"snapshots":[{"camera":"door","created_at":1397646000,"data":"data:image/jpeg;base64,bm9uZQ=="}]}""", 1, "1 complaints",
        "2014-04-16/2014-04-16T11-00-00Z: OWN says: file type not supported")]
    public async Task Of_two_servers_it_is_said_which_one_refused_a_picture(int status, string answer, int exit, string told, string complaint)
    {
        await using var other = WebApplication.Create(["--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default", "None"]);
        other.MapGet("/v1/cameras/door/snapshots", () => Results.Content(
            """{"snapshots":[{"camera":"door","created_at":1397646000}]}""", "application/json"));
        other.MapGet("/v1/cameras/door/snapshots/{second}", () => Results.Content(answer, "application/json", statusCode: status));
        await other.StartAsync(Cancellation);
        using var stage = await RemoteStage.SetAsync(shared.App);
        var secret = new UriBuilder(other.Urls.Single()) { UserName = "joe", Password = "s3cret" }.Uri.ToString();
        var ran = await stage.RunAsync("import", stage.Camera, "--from-server", secret, "--from-camera", "door");
        var said = complaint.Replace("OTHER", other.Urls.Single(), StringComparison.Ordinal)
            .Replace("OWN", stage.Server.ToString().TrimEnd('/'), StringComparison.Ordinal);
        Assert.Equal((exit, $"{said}\n"), Complaint(ran));
        Assert.Contains(told, ran.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_export_comes_back_as_it_was()
    {
        using var from = await RemoteStage.SetAsync(shared.App);
        await from.UploadAsync(Noon, "Nöon");
        await from.UploadAsync(Noon + 1);
        await from.AskAsync(0, "export", from.Camera, "--from", "0", "--to", "2000000000", "--folder", from.Folder["out"]);
        using var to = await RemoteStage.SetAsync(shared.App, new JsonObject { ["timezone"] = "America/New_York" });
        Assert.Equal(2, (int)(await to.AskAsync(0, "import", to.Camera, "--folder", from.Folder["out"]))["uploaded"]!);
        Assert.Equal([(Noon, "Nöon"), (Noon + 1, null)], (await to.Api.Snapshots.ListAllAsync(to.Camera, Cancellation)).Select(one => (one.CreatedAt, one.Notes)));
    }

    [Fact]
    public async Task The_pictures_of_another_servers_camera_are_brought_with_their_notes_once()
    {
        using var from = await RemoteStage.SetAsync(shared.App);
        using var to = await RemoteStage.SetAsync(shared.App);
        await from.UploadAsync(Noon, "Nöon");
        await from.UploadAsync(Noon + 1);
        await to.UploadAsync(Noon + 1);
        string[] arguments =
            ["import", to.Camera, "--from-server", from.Server.ToString(), "--from-camera", from.Camera, "--from-user", from.Name, "--json"];
        var told = JsonNode.Parse((await to.RunAsync(from.AsOther(), "", arguments)).Output)!;
        Assert.Equal((1, 1, 0), ((int)told["uploaded"]!, (int)told["already_there"]!, told["complaints"]!.AsArray().Count));
        told = JsonNode.Parse((await to.RunAsync(from.AsOther(), "", arguments)).Output)!;
        Assert.Equal((0, 2), ((int)told["uploaded"]!, (int)told["already_there"]!));
        using var picture = await to.Api.Snapshots.OpenAsync(to.Camera, Noon, range: 0, cancellation: Cancellation);
        Assert.Equal(RemoteStage.PictureOf(Noon), await picture.ReadAsync(Cancellation));
        Assert.Equal("Nöon", (await to.Api.Snapshots.GetAsync(to.Camera, Noon, cancellation: Cancellation)).Notes);
    }

    private static (int ExitCode, string Errors) Complaint(Ran ran) => (ran.ExitCode, ran.Errors);

    private static Task WriteAsync(string file, long second) => File.WriteAllBytesAsync(file, RemoteStage.PictureOf(second), Cancellation);
}
