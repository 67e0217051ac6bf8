using System.Text;
using Evercam.Storage;
using Evercam.Storage.Catalog;
using Evercam.Storage.Vendors;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Tests.Contracts;

/// <summary>What becomes of the registry's organisations, the catalogue's vendors and people's cameras when either is renewed, on
/// every database.</summary>
public abstract class VendorImportContract : IAsyncLifetime
{
    /// <summary>A database that only this test has.</summary>
    protected abstract TestStorage Storage { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => Storage.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await Storage.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Every_registered_prefix_has_a_vendor_and_a_second_import_changes_nothing()
    {
        var registry = VendorRegistry.Read(await File.ReadAllBytesAsync($"{VendorRegistryTests.Folder}/oui.txt", Cancellation))!;
        Assert.InRange(await Storage.Services.ImportVendorsAsync(registry, Cancellation), 18_000, 100_000);
        await using var db = Storage.OpenCatalog();
        var prefixes = await db.VendorMacs.Select(m => m.Prefix).ToHashSetAsync(Cancellation);
        Assert.All(registry.Assignments, a => Assert.Contains(a.Prefix, prefixes));
        var vendors = await db.Vendors.AsNoTracking().ToListAsync(Cancellation);
        Assert.All(vendors, v => Assert.Matches(@"\A[a-z0-9]+(-[a-z0-9]+)*\z", v.Id));

        var before = await RowsAsync();
        Assert.Equal(0, await Storage.Services.ImportVendorsAsync(registry, Cancellation));
        Assert.Equal(before, await RowsAsync());
    }

    [Fact]
    public async Task A_prefix_of_the_catalogue_stays_with_its_vendor()
    {
        await LoadAsync("acme", "AA:AA:AA,acme");
        Assert.Equal(2, await ImportAsync("AAAAAA Acme Holding", "BBBBBB Acme Holding", "BBBBBB Bolt", "AAAAAA Hidden"));
        await AssertAsync("acme: AA:AA:AA", "acme-holding: BB:BB:BB", "bolt: BB:BB:BB");
    }

    [Theory]
    [InlineData("ACME", "acme-2")]
    [InlineData("TP-Link", "tp-link-2")]
    [InlineData("Y Cam", "y-cam-2")]
    [InlineData("Other", "other")]
    public async Task No_id_of_the_catalogue_is_taken(string organisation, string id)
    {
        await LoadAsync("acme", "");
        await ImportAsync($"BBBBBB {organisation}");
        await AssertAsync("acme:", $"{id}: BB:BB:BB");
        Assert.Equal(0, await ImportAsync($"BBBBBB {organisation}."));
        await AssertAsync("acme:", $"{id}: BB:BB:BB");
    }

    [Fact]
    public async Task A_newer_file_counts_for_what_it_lists()
    {
        await LoadAsync("acme", "");
        await ImportAsync("BBBBBB BOLT INC.", "CCCCCC BOLT INC.", "DDDDDD Crate", "EEEEEE Crate", "FFFFFF Drum");
        var bolt = await VendorAsync("bolt-inc");
        Assert.Equal(1, await ImportAsync("BBBBBB Bolt, Inc.", "CCCCCC Crate", "DDDDDD Egg", "FFFFFF Crate"));
        await AssertAsync("acme:", "bolt-inc: BB:BB:BB", "crate: CC:CC:CC EE:EE:EE FF:FF:FF", "egg: DD:DD:DD");
        Assert.Equal((bolt.Key, "Bolt, Inc."), ((await VendorAsync("bolt-inc")).Key, (await VendorAsync("bolt-inc")).Name));
    }

    [Fact]
    public async Task A_new_catalogue_keeps_what_was_imported_and_takes_what_it_claims()
    {
        await LoadAsync("acme", "AA:AA:AA,acme");
        await ImportAsync("AAAAAA Acme Holding", "BBBBBB Bolt", "CCCCCC Bolt", "DDDDDD Crate", "EEEEEE Bolt 2");
        await LoadAsync("bolt", "CC:CC:CC,bolt\nDD:DD:DD,bolt");
        await AssertAsync("bolt: CC:CC:CC DD:DD:DD", "bolt-2: EE:EE:EE", "bolt-3: BB:BB:BB");

        await ImportAsync("AAAAAA Acme Holding", "BBBBBB Bolt", "CCCCCC Bolt", "DDDDDD Crate", "EEEEEE Bolt 2");
        await AssertAsync("acme-holding: AA:AA:AA", "bolt: CC:CC:CC DD:DD:DD", "bolt-2: EE:EE:EE", "bolt-3: BB:BB:BB");
    }

    [Fact]
    public async Task Cameras_keep_their_models()
    {
        await LoadAsync("acme", "AA:AA:AA,acme", "acme,*,*,/old.jpg,,,,,,,,\nacme,Pro,Pro 1,/pro.jpg,,,,,,,,");
        var camera = await AddCameraAsync("Pro");
        await ImportAsync("AAAAAA Acme Holding", "BBBBBB Acme");
        await LoadAsync("bolt", "", "bolt,*,*,/new.jpg,,,,,,,,");
        await ImportAsync("AAAAAA Acme Holding", "BBBBBB Acme");

        await using var db = Storage.OpenCatalog();
        var model = (await db.Cameras.Include(c => c.Model!.Vendor).SingleAsync(c => c.Key == camera, Cancellation)).Model!;
        Assert.Equal(("acme", "Pro", "/pro.jpg"), (model.Vendor!.Id, model.Name, model.JpgUrl));
    }

    [Fact]
    public async Task Several_imports_at_once_do_one_after_the_other()
    {
        await LoadAsync("acme", "");
        var added = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => ImportAsync("BBBBBB Bolt", "CCCCCC Crate"))));
        Assert.Equal(2, added.Sum());
        await AssertAsync("acme:", "bolt: BB:BB:BB", "crate: CC:CC:CC");
    }

    private async Task LoadAsync(string vendor, string macs, string? models = null)
    {
        var files = new VendorFiles(
            Encoding.UTF8.GetBytes($"vendor,name\n{vendor},Name of {vendor}\n"),
            Encoding.UTF8.GetBytes(
                $"vendor,model,known_models,jpg,mjpg,h264,username,password,http_port,rtsp_port,confidence,source\n{models}\n"),
            Encoding.UTF8.GetBytes($"prefix,vendor\n{macs}\n"));
        await using var db = Storage.OpenCatalog();
        await VendorCatalogue.LoadAsync(db, files, TimeProvider.System, Cancellation);
    }

    private Task<int> ImportAsync(params string[] rows)
    {
        var file = string.Concat(rows.Select(row => $"{row[..6]}     (base 16)\t\t{row[7..]}\r\n"));
        return Storage.Services.ImportVendorsAsync(VendorRegistry.Read(Encoding.UTF8.GetBytes(file))!, Cancellation);
    }

    private async Task AssertAsync(params string[] vendors)
    {
        await using var db = Storage.OpenCatalog();
        var rows = await db.Vendors.AsNoTracking().Include(v => v.Macs).OrderBy(v => v.Id).ToListAsync(Cancellation);
        Assert.Equal(vendors, rows.Select(v => $"{v.Id}: {string.Join(' ', v.Macs.Select(m => m.Prefix).Order())}".TrimEnd()));
    }

    private async Task<Vendor> VendorAsync(string id)
    {
        await using var db = Storage.OpenCatalog();
        return await db.Vendors.AsNoTracking().SingleAsync(v => v.Id == id, Cancellation);
    }

    private async Task<List<string>> RowsAsync()
    {
        await using var db = Storage.OpenCatalog();
        var vendors = await db.Vendors.AsNoTracking().OrderBy(v => v.Key).ToListAsync(Cancellation);
        var macs = await db.VendorMacs.AsNoTracking().OrderBy(m => m.Prefix).ThenBy(m => m.VendorKey).ToListAsync(Cancellation);
        return [.. vendors.Select(v => $"{v.Key} {v.Id} {v.Name} {v.Origin}"), .. macs.Select(m => $"{m.Prefix} {m.VendorKey}")];
    }

    private async Task<long> AddCameraAsync(string model)
    {
        await using var db = Storage.OpenCatalog();
        var owner = CatalogRows.User();
        db.Add(owner);
        await db.SaveChangesAsync(Cancellation);
        var camera = CatalogRows.Camera(owner);
        camera.ModelKey = await db.CameraModels.Where(m => m.Name == model && m.Vendor!.Id == "acme").Select(m => m.Key).SingleAsync(Cancellation);
        db.Add(camera);
        await db.SaveChangesAsync(Cancellation);
        return camera.Key;
    }
}
