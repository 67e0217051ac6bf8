using Evercam.Storage;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Tests.Contracts;

/// <summary>What becomes of a database that a newer program has changed.</summary>
public abstract class SchemaContract(TestStorage storage)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_database_of_a_newer_program_is_refused()
    {
        await IsRefusedAsync("29991231235959_Future");
        await storage.AddProcess().PrepareEvercamStorageAsync(Cancellation);
    }

    [Fact]
    public async Task What_a_newer_program_has_only_added_is_left_to_it()
    {
        var last = (await AppliedAsync())[^1].Split('_')[1];
        await ApplyAsync($"29990101000000_Future_since_{last}");
        await storage.ExecuteAsync("ALTER TABLE cameras ADD COLUMN of_the_future text");
        await storage.ExecuteAsync("UPDATE catalogue_versions SET hash = 'of the future'");
        var before = await AppliedAsync();
        await storage.AddProcess().PrepareEvercamStorageAsync(Cancellation);
        await storage.AddProcess().OpenEvercamStorageAsync(Cancellation);
        Assert.Equal(before, await AppliedAsync());
        await using (var db = storage.OpenCatalog())
        {
            // Its vendors are not exchanged for older ones.
            Assert.Equal("of the future", (await db.CatalogueVersions.SingleAsync(Cancellation)).Hash);
            var owner = CatalogRows.User();
            db.Add(owner);
            await db.SaveChangesAsync(Cancellation);
            db.Add(CatalogRows.Camera(owner));
            await db.SaveChangesAsync(Cancellation);
        }

        await IsRefusedAsync("29990201000000_NoPast_since_Future");
        await storage.ExecuteAsync("ALTER TABLE cameras DROP COLUMN of_the_future");
        await ForgetAsync("29990101000000_Future");
        await storage.AddProcess().PrepareEvercamStorageAsync(Cancellation);
    }

    [Fact]
    public async Task A_database_that_two_programs_have_changed_apart_is_refused()
    {
        var applied = await AppliedAsync();
        await ApplyAsync($"29990101000000_Future_since_{applied[^2].Split('_')[1]}");
        await ForgetAsync(applied[^1]);
        var refused = await Assert.ThrowsAsync<StorageUnusableException>(
            () => storage.AddProcess().PrepareEvercamStorageAsync(Cancellation));
        Assert.StartsWith("The database belongs to another version of this program: it has the change 2999", refused.Message, StringComparison.Ordinal);
        Assert.EndsWith($"and lacks the change {applied[^1]}.", refused.Message, StringComparison.Ordinal);
        await ForgetAsync("29990101000000_Future");
        await ApplyAsync(applied[^1]);
        await storage.AddProcess().PrepareEvercamStorageAsync(Cancellation);
    }

    private async Task IsRefusedAsync(string change)
    {
        await ApplyAsync(change);
        var refused = await Assert.ThrowsAsync<StorageUnusableException>(
            () => storage.AddProcess().PrepareEvercamStorageAsync(Cancellation));
        Assert.Equal($"The database belongs to a newer version of this program: it has the change {change}.", refused.Message);
        await ForgetAsync(change);
    }

    private async Task<List<string>> AppliedAsync()
    {
        await using var db = storage.OpenCatalog();
        return [.. await db.Database.GetAppliedMigrationsAsync(Cancellation)];
    }

    /// <summary>Notes a change as the program that makes it does.</summary>
    private async Task ApplyAsync(string change)
    {
        await using var db = storage.OpenCatalog();
        await db.Database.ExecuteSqlAsync($"""INSERT INTO "__EFMigrationsHistory" VALUES ({change}, '99')""", Cancellation);
    }

    private async Task ForgetAsync(string change)
    {
        await using var db = storage.OpenCatalog();
        await db.Database.ExecuteSqlAsync($"""DELETE FROM "__EFMigrationsHistory" WHERE "MigrationId" LIKE {change + '%'}""", Cancellation);
    }
}
