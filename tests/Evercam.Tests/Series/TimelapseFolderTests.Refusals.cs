using Evercam.Server.Activities;
using Evercam.Server.Series;

namespace Evercam.Tests.Series;

/// <summary>When the disk refuses something.</summary>
public sealed partial class TimelapseFolderTests
{
    private static readonly DateTimeOffset Shown = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_note_that_the_disk_does_not_take_or_give_loses_no_other()
    {
        var before = Start();
        var (begun, lost) = (await BeginAsync(before), await MakeAsync(before));
        var (shown, other) = (await MakeAsync(before), await MakeAsync(before));
        Directory.CreateDirectory(Path.Combine(Folder, $"{begun}.json.unfinished"));
        var putBack = Hide(lost);

        var after = Start();
        Assert.Equal([begun, shown, other], after.ListAll().Select(one => one.Id));
        Assert.Equal(TimelapseStatus.Failed, after.ListAll()[0].Status);

        // What a video shows of which nobody knows what camera it is of may be what was deleted.
        after.Deleted(2, Shown.AddDays(-1), Shown);
        Assert.True(OfDisk.HasVideo(lost));
        after.Deleted(2, Shown, Shown.AddDays(1));
        Assert.Equal((false, true, true), (OfDisk.HasVideo(lost), OfDisk.HasVideo(shown), OfDisk.HasVideo(other)));
        after.Deleted(1, Shown, Shown.AddDays(1));
        Assert.Equal((false, false), (OfDisk.HasVideo(shown), OfDisk.HasVideo(other)));

        putBack();
        Assert.All(Start().ListAll(), one => Assert.Equal(TimelapseStatus.Failed, one.Status));
        Assert.Equal(4, Start().ListAll().Count);
    }

    [Fact]
    public async Task A_note_that_the_disk_gives_later_is_read_before_its_video_counts_as_one_of_all_cameras()
    {
        var id = await MakeAsync(Start());
        var putBack = Hide(id);
        var after = Start();
        Assert.Empty(after.ListAll());
        putBack();
        after.Deleted(2, Shown, Shown.AddDays(1));
        Assert.Equal((id, TimelapseStatus.Done), (Assert.Single(after.ListAll()).Id, after.ListAll()[0].Status));
        Assert.True(OfDisk.HasVideo(id));
    }

    [Fact]
    public async Task A_note_that_the_disk_gives_later_is_read_by_the_upkeep_and_kept_no_longer_than_others()
    {
        var (camera, actor) = await AddOwnerAsync();
        var id = await MakeAsync(Start(), camera, actor);
        var putBack = Hide(id);
        var after = Start();
        await CleanAsync(after);
        Assert.Null(after.Find(id, ViewOf(camera, actor)));
        putBack();
        await CleanAsync(after);
        Assert.Equal(TimelapseStatus.Done, after.Find(id, ViewOf(camera, actor))?.Status);
        clock.Advance(TimeSpan.FromDays(400));
        await CleanAsync(after);
        Assert.Empty(after.ListAll());
        Assert.Empty(Directory.EnumerateFiles(Folder));
    }

    [Fact]
    public async Task What_waits_is_made_also_if_the_disk_gives_its_note_later()
    {
        var (camera, actor) = await AddOwnerAsync();
        var id = Start().Order(camera, Order, actor).Id;
        var putBack = Hide(id);
        var after = Start();
        var next = after.NextAsync(Cancellation);
        Assert.False(next.IsCompleted);
        putBack();
        await CleanAsync(after);
        var (begun, run) = await next.WaitAsync(TimeSpan.FromMinutes(1), Cancellation);
        Assert.Equal(id, begun.Id);
        after.End(run, made => made with { Status = TimelapseStatus.Done });
        run.Dispose();
    }

    [Fact]
    public async Task A_note_that_is_torn_when_the_disk_gives_it_goes_with_its_video()
    {
        var id = await MakeAsync(Start());
        var putBack = Hide(id);
        var after = Start();
        putBack();
        await File.WriteAllTextAsync(Path.Combine(Folder, $"{id}.json"), "{\"Id\":", Cancellation);
        await CleanAsync(after);
        Assert.Empty(after.ListAll());
        Assert.Empty(Directory.EnumerateFiles(Folder));
    }

    [Fact]
    public async Task A_video_that_the_disk_keeps_holds_up_the_deletion_of_no_other()
    {
        var timelapses = Start();
        var (stuck, free) = (await MakeAsync(timelapses), await MakeAsync(timelapses));
        Replace(stuck);
        Assert.ThrowsAny<IOException>(() => timelapses.Deleted(1, Shown, Shown.AddDays(1)));
        Assert.False(OfDisk.HasVideo(free));
        Assert.Equal([TimelapseStatus.Done, TimelapseStatus.Failed], timelapses.ListAll().Select(one => one.Status));
    }

    [Fact]
    public async Task A_time_lapse_that_the_disk_keeps_holds_up_none_that_is_to_go()
    {
        var timelapses = Start();
        var (stuck, _) = (await MakeAsync(timelapses), await MakeAsync(timelapses));
        Replace(stuck);
        clock.Advance(TimeSpan.FromDays(400));
        await CleanAsync(timelapses);
        Assert.Equal(stuck, Assert.Single(timelapses.ListAll()).Id);
    }

    [Fact]
    public async Task Notes_that_cannot_be_read_at_the_start_are_read_before_anything_is_deleted()
    {
        var id = await MakeAsync(Start());
        Directory.Move(Folder, $"{Folder}-aside");
        File.CreateSymbolicLink(Folder, Folder);
        using var after = New();
        Assert.ThrowsAny<IOException>(after.Start);
        Assert.ThrowsAny<IOException>(() => after.Deleted(1, Shown, Shown.AddDays(1)));
        File.Delete(Folder);
        Directory.Move($"{Folder}-aside", Folder);
        after.Deleted(1, Shown, Shown.AddDays(1));
        Assert.False(OfDisk.HasVideo(id));
    }

    /// <summary>A time-lapse of camera 1 that is being made.</summary>
    private static async Task<string> BeginAsync(Timelapses timelapses)
    {
        var id = timelapses.Order(1, Order, new Actor(7, null, null)).Id;
        Assert.Equal(id, (await timelapses.NextAsync(Cancellation)).Timelapse.Id);
        return id;
    }

    /// <summary>One that is made, and shows one picture.</summary>
    private async Task<string> MakeAsync(Timelapses timelapses, long camera = 1, Actor? by = null)
    {
        timelapses.Order(camera, Order, by ?? new Actor(7, null, null));
        var (made, run) = await timelapses.NextAsync(Cancellation);
        await File.WriteAllTextAsync(OfDisk.UnfinishedOf(made.Id), "a video", Cancellation);
        var bytes = OfDisk.Finish(made.Id, [Shown]);
        timelapses.End(run, one => one with { Status = TimelapseStatus.Done, Bytes = bytes });
        run.Dispose();
        return made.Id;
    }

    /// <summary>A camera that the catalog has, and who may order of it.</summary>
    private async Task<(long Camera, Actor Actor)> AddOwnerAsync()
    {
        var joe = await shared.App.AddUserAsync(Storage.CatalogRows.Fresh("joe"));
        return (await shared.App.AddCameraAsync(Storage.CatalogRows.Fresh("door-"), joe), new Actor(joe.Key, null, null));
    }

    /// <summary>Puts something in the place of a note that no disk gives.</summary>
    /// <returns>Puts the note back.</returns>
    private Action Hide(string id)
    {
        var (path, aside) = (Path.Combine(Folder, $"{id}.json"), Path.Combine(data.Path, id));
        File.Move(path, aside);
        File.CreateSymbolicLink(path, path);
        return () =>
        {
            File.Delete(path);
            File.Move(aside, path);
        };
    }

    /// <summary>Puts something in the place of a video that is not deleted like one.</summary>
    private void Replace(string id)
    {
        File.Delete(OfDisk.VideoOf(id));
        Directory.CreateDirectory(OfDisk.VideoOf(id));
    }
}
