using System.Formats.Tar;
using System.Text.Json.Nodes;
using PackEntry = Evercam.Archive.Pack.TarEntry;

namespace Evercam.Tests.Commands.Remote;

/// <summary><c>evercam export</c>.</summary>
public sealed class ExportCommandTests(SqliteApp shared) : IClassFixture<SqliteApp>
{
    private const long Noon = 1_397_646_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_day_of_a_camera_lies_in_a_folder_and_is_not_fetched_again()
    {
        using var stage = await SetAsync();
        var folder = stage.Folder["out"];
        string[] arguments = ["export", stage.Camera, "--from", "2014-04-16", "--to", "2014-04-16", "--folder", folder];
        var told = await stage.AskAsync(0, arguments);
        Assert.Equal((3, 0, 1_397_602_800, 1_397_689_199), ((int)told["fetched"]!, (int)told["already_there"]!, (long)told["from"]!, (long)told["to"]!));
        Assert.Equal(
            [".evercam-export", "2014-04-16/2014-04-16T11-00-00Z.jpg", "2014-04-16/2014-04-16T11-00-00Z.txt", "2014-04-16/2014-04-16T11-00-01Z.jpg", "2014-04-16/2014-04-16T11-00-02Z.jpg"],
            Files(folder));
        var first = Path.Combine(folder, "2014-04-16/2014-04-16T11-00-00Z.jpg");
        Assert.Equal(RemoteStage.PictureOf(Noon), await File.ReadAllBytesAsync(first, Cancellation));
        Assert.Equal("Nöon", await File.ReadAllTextAsync(Path.ChangeExtension(first, ".txt"), Cancellation));
        Assert.Equal(Noon, new DateTimeOffset(File.GetLastWriteTimeUtc(first), TimeSpan.Zero).ToUnixTimeSeconds());

        // What is there is left alone, whatever is in it; what was broken off is fetched.
        await File.WriteAllBytesAsync(first, [1], Cancellation);
        File.Move(Path.Combine(folder, "2014-04-16/2014-04-16T11-00-01Z.jpg"), Path.Combine(folder, "2014-04-16/2014-04-16T11-00-01Z.jpg.part"));
        var again = await stage.RunAsync(arguments);
        Assert.Equal((0, "1 pictures fetched, 2 were there already, 0 complaints\n", ""), (again.ExitCode, again.Output, again.Errors));
        Assert.Equal([1], await File.ReadAllBytesAsync(first, Cancellation));
        Assert.Equal(5, Files(folder).Length);
    }

    [Fact]
    public async Task A_tar_file_is_there_when_it_is_whole_and_goes_on_where_it_was_broken_off()
    {
        using var stage = await SetAsync();
        var tar = stage.Folder["door.tar"];
        string[] Arguments(long to) => ["export", stage.Camera, "--from", $"{Noon}", "--to", $"{to}", "--tar", tar];
        Assert.Equal(2, (int)(await stage.AskAsync(0, Arguments(Noon + 1)))["fetched"]!);
        Assert.False(File.Exists(tar + ".part"));
        Assert.Equal([Noon, Noon + 1], await SecondsAsync(tar));

        // Broken off in the middle of its second picture.
        File.Move(tar, tar + ".part");
        await using (var torn = File.OpenWrite(tar + ".part"))
        {
            torn.SetLength(torn.Length - 1_024 - 600);
        }

        var told = await stage.AskAsync(0, Arguments(Noon + 2));
        Assert.Equal((2, 1), ((int)told["fetched"]!, (int)told["already_there"]!));
        Assert.Equal([Noon, Noon + 1, Noon + 2], await SecondsAsync(tar));
        told = await stage.AskAsync(0, Arguments(Noon + 2));
        Assert.Equal((0, 3), ((int)told["fetched"]!, (int)told["already_there"]!));
        Assert.Equal([Noon, Noon + 1, Noon + 2], await SecondsAsync(tar));
        Assert.Equal([tar], Directory.GetFiles(stage.Folder.Path));
    }

    [Fact]
    public async Task A_beginning_that_lacks_what_the_whole_file_has_is_not_gone_on_from()
    {
        using var stage = await SetAsync();
        var tar = stage.Folder["door.tar"];
        string[] Arguments(long from, long to) => ["export", stage.Camera, "--from", $"{from}", "--to", $"{to}", "--tar", tar];
        Assert.Equal(2, (int)(await stage.AskAsync(0, Arguments(Noon, Noon + 1)))["fetched"]!);

        // A copy of it that was broken off in its second picture.
        File.Copy(tar, tar + ".part");
        await using (var torn = File.OpenWrite(tar + ".part"))
        {
            torn.SetLength(torn.Length - 1_024 - 600);
        }

        Assert.Equal(1, (int)(await stage.AskAsync(0, Arguments(Noon + 2, Noon + 2)))["fetched"]!);
        Assert.Equal([Noon, Noon + 1, Noon + 2], await SecondsAsync(tar));
        Assert.Equal([tar], Directory.GetFiles(stage.Folder.Path));
    }

    [Fact]
    public async Task A_file_that_is_something_else_stays_and_a_span_without_pictures_leaves_none()
    {
        using var stage = await SetAsync();
        var file = stage.Folder["thesis.doc"];
        await File.WriteAllTextAsync(file, new string('x', 5_000), Cancellation);
        Assert.Equal(
            $"{file} is there, and is no TAR file that evercam export made.",
            (string?)(await stage.AskAsync(2, "export", stage.Camera, "--from", "1", "--to", "2", "--tar", file))["error"]);
        Assert.Equal(5_000, new FileInfo(file).Length);
        await stage.AskAsync(0, "export", stage.Camera, "--from", "1", "--to", "2", "--tar", stage.Folder["none.tar"]);
        Assert.Equal([file], Directory.GetFiles(stage.Folder.Path));
        Assert.Contains(
            "--from is after --to", (string?)(await stage.AskAsync(2, "export", stage.Camera, "--from", "3", "--to", "2", "--tar", "x"))["error"],
            StringComparison.Ordinal);
        Assert.Contains(
            "'soon' is no moment", (string?)(await stage.AskAsync(2, "export", stage.Camera, "--from", "1", "--to", "soon", "--tar", "x"))["error"],
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_last_of_all_days_is_one_as_any_other_wherever_the_camera_is()
    {
        using var stage = await RemoteStage.SetAsync(shared.App, new() { ["timezone"] = "America/Los_Angeles" });
        const long last = 253_402_300_799;
        await stage.UploadAsync(last);
        var tar = stage.Folder["last.tar"];
        var told = await stage.AskAsync(0, "export", stage.Camera, "--from", "9999-12-31", "--to", "9999-12-31", "--tar", tar);
        Assert.Equal((1, last), ((int)told["fetched"]!, (long)told["to"]!));
        Assert.True(File.Exists(tar));
    }

    [Fact]
    public async Task Notes_of_several_lines_are_in_a_tar_file_as_they_are_in_packs()
    {
        using var stage = await RemoteStage.SetAsync(shared.App);
        await stage.UploadAsync(Noon, "Nöon\n9 path=x\n\nafter");
        var tar = stage.Folder["door.tar"];
        string[] arguments = ["export", stage.Camera, "--from", "0", "--to", "2000000000", "--tar", tar];
        Assert.Equal(1, (int)(await stage.AskAsync(0, arguments))["fetched"]!);
        Assert.Equal(1, (int)(await stage.AskAsync(0, arguments))["already_there"]!);

        // A global header and its record; the picture's own header, and its records.
        var bytes = await File.ReadAllBytesAsync(tar, Cancellation);
        Assert.Equal('x', (char)bytes[1_024 + 156]);
        var length = (int)PackEntry.ReadLength(bytes.AsSpan(1_024, 512));
        Assert.Equal("Nöon\n9 path=x\n\nafter", PackEntry.ReadPaxBody(bytes.AsSpan(1_536, length))!.Value.Notes);
    }

    [Fact]
    public async Task Another_cameras_pictures_are_not_mixed_in()
    {
        using var stage = await SetAsync();
        using var other = await SetAsync();
        var (folder, tar) = (stage.Folder["out"], stage.Folder["out.tar"]);
        foreach (var place in new string[][] { ["--folder", folder], ["--tar", tar] })
        {
            string[] span = ["--from", "2014-04-16", "--to", "2014-04-16", .. place];
            await stage.AskAsync(0, ["export", stage.Camera, .. span]);
            var error = (string)(await other.AskAsync(2, ["export", other.Camera, .. span]))["error"]!;
            Assert.StartsWith($"{place[1]} has the pictures of {stage.Camera} at http://", error, StringComparison.Ordinal);
        }

        File.Move(tar, tar + ".part");
        await other.AskAsync(2, "export", other.Camera, "--from", "1", "--to", "2000000000", "--tar", tar);
        File.Delete(Path.Combine(folder, ".evercam-export"));
        Assert.Contains(
            "nothing in it says of which camera",
            (string)(await other.AskAsync(2, "export", other.Camera, "--from", "1", "--to", "2000000000", "--folder", folder))["error"]!,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_somebody_else_began_stays()
    {
        using var stage = await SetAsync();
        var begun = stage.Folder["door.tar.part"];
        await File.WriteAllTextAsync(begun, "mine", Cancellation);
        await stage.AskAsync(2, "export", stage.Camera, "--from", "2014-04-16", "--to", "2014-04-16", "--tar", stage.Folder["door.tar"]);
        Assert.Equal("mine", await File.ReadAllTextAsync(begun, Cancellation));

        // A TAR file of other things.
        await using (var file = File.Create(stage.Folder["other.tar"]))
        await using (var writer = new TarWriter(file))
        {
            await writer.WriteEntryAsync(begun, "mine", Cancellation);
        }

        var before = await File.ReadAllBytesAsync(stage.Folder["other.tar"], Cancellation);
        await stage.AskAsync(2, "export", stage.Camera, "--from", "2014-04-16", "--to", "2014-04-16", "--tar", stage.Folder["other.tar"]);
        Assert.Equal(before, await File.ReadAllBytesAsync(stage.Folder["other.tar"], Cancellation));
    }

    private async Task<RemoteStage> SetAsync()
    {
        var stage = await RemoteStage.SetAsync(shared.App, new JsonObject { ["timezone"] = "Europe/Dublin" });
        await stage.UploadAsync(Noon, "Nöon");
        await stage.UploadAsync(Noon + 1);
        await stage.UploadAsync(Noon + 2);
        await stage.UploadAsync(Noon + 86_400);
        return stage;
    }

    private static string[] Files(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file)).Order(StringComparer.Ordinal)];

    /// <summary>The seconds of a TAR file, whose pictures are what they should be.</summary>
    private static async Task<List<long>> SecondsAsync(string tar)
    {
        var seconds = new List<long>();
        await using var file = File.OpenRead(tar);
        await using var reader = new TarReader(file);
        Assert.IsType<PaxGlobalExtendedAttributesTarEntry>(await reader.GetNextEntryAsync(copyData: true, Cancellation));
        while (await reader.GetNextEntryAsync(copyData: true, Cancellation) is PaxTarEntry entry)
        {
            var second = entry.ModificationTime.ToUnixTimeSeconds();
            Assert.Equal($"2014-04-16/2014-04-16T11-00-0{second - Noon}Z.jpg", entry.Name);
            Assert.Equal(second == Noon ? "Nöon" : null, entry.ExtendedAttributes.GetValueOrDefault("SCHILY.xattr.user.evercam.notes"));
            using var bytes = new MemoryStream();
            await entry.DataStream!.CopyToAsync(bytes, Cancellation);
            Assert.Equal(RemoteStage.PictureOf(second), bytes.ToArray());
            seconds.Add(second);
        }

        return seconds;
    }
}
