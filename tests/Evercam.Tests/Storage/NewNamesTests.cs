using Evercam.Storage.Disk;

namespace Evercam.Tests.Storage;

/// <summary>Which directories are still to be synced.</summary>
public sealed class NewNamesTests
{
    [Fact]
    public void A_directory_whose_sync_failed_is_synced_the_next_time()
    {
        var (synced, fails) = (new List<string>(), true);
        var names = new NewNames(folder =>
        {
            synced.Add(folder);
            _ = fails ? throw new IOException("Input/output error") : true;
        });
        names.Add("a");
        Assert.Throws<IOException>(names.Sync);
        fails = false;
        names.Sync();
        names.Sync();
        Assert.Equal(["a", "a"], synced);
    }

    [Fact]
    public void A_name_that_comes_while_its_directory_is_synced_is_not_forgotten()
    {
        var synced = 0;
        NewNames? names = null;
        names = new NewNames(folder =>
        {
            synced++;
            if (synced == 1)
            {
                names!.Add(folder);
            }
        });
        names.Add("a");
        names.Sync();
        names.Sync();
        Assert.Equal(2, synced);

        names.Add("a");
        names.SyncBy(() => names.Add("a"));
        names.Sync();
        Assert.Equal(3, synced);
    }

    [Fact]
    public void Two_who_sync_at_once_both_wait_for_the_disk()
    {
        var synced = 0;
        NewNames? names = null;
        names = new NewNames(_ =>
        {
            synced++;
            if (synced == 1)
            {
                // The other one comes while the first is on the way to the disk.
                names!.Sync();
            }
        });
        names.Add("a");
        names.Sync();
        Assert.Equal(2, synced);
    }

    [Fact]
    public void A_directory_that_was_deleted_meanwhile_has_no_names_to_lose()
    {
        using var folder = new TempFolder();
        var names = new NewNames(Posix.SyncDirectory);
        names.Add(folder["gone"]);
        names.Add(folder.Path);
        names.Sync();
    }
}
