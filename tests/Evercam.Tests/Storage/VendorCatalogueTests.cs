using System.Text;
using Evercam.Storage;
using Evercam.Storage.Catalog;
using Evercam.Storage.Vendors;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using Microsoft.VisualBasic.FileIO;

namespace Evercam.Tests.Storage;

public sealed class VendorCatalogueTests : IAsyncLifetime
{
    private readonly SqliteStorage storage = new();
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => storage.InitializeAsync();

    public ValueTask DisposeAsync() => storage.DisposeAsync();

    [Theory]
    [InlineData("ycam", "Y-cam Solutions", "00:0D:F0")]
    [InlineData("tplink", "TP-Link", "54:E6:FC")]
    public async Task The_vendors_of_the_contract_are_there_with_a_default_model(string id, string name, string mac)
    {
        await using var db = storage.OpenCatalog();
        var vendor = await db.Vendors.Include(v => v.Models).SingleAsync(
            v => v.Macs.Any(m => m.Prefix == mac), Cancellation);
        Assert.Equal((id, name), (vendor.Id, vendor.Name));
        Assert.Contains(vendor.Models, m => m.Name == CameraModel.Default);
    }

    [Fact]
    public async Task The_model_of_the_contract_has_its_defaults()
    {
        await using var db = storage.OpenCatalog();
        var model = await db.CameraModels.SingleAsync(m => m.Vendor!.Id == "ycam" && m.Name == "YCW005", Cancellation);
        Assert.Equal(["YCW005"], model.KnownModels);
        Assert.Equal(("/snapshot.jpg", "admin", "1234"), (model.JpgUrl, model.Username, model.Password));
    }

    [Fact]
    public async Task Each_row_of_the_files_is_there_and_no_other()
    {
        var included = VendorFiles.Included;
        await using var db = storage.OpenCatalog();
        Assert.Equal(161, await db.Vendors.CountAsync(Cancellation));
        Assert.Equal(Read(included.Vendors), Sorted(await db.Vendors.Select(v => v.Id).ToListAsync(Cancellation)));
        Assert.Equal(
            Read(included.Models, columns: 2),
            Sorted(await db.CameraModels.Select(m => m.Vendor!.Id + "," + m.Name).ToListAsync(Cancellation)));
        Assert.Equal(
            Read(included.Macs, columns: 2),
            Sorted(await db.VendorMacs.Select(m => m.Prefix + "," + m.Vendor!.Id).ToListAsync(Cancellation)));

        // By another reader than the program's.
        static List<string> Read(byte[] file, int columns = 1)
        {
            using var stream = new MemoryStream(file);
            using var parser = new TextFieldParser(stream) { Delimiters = [","], TrimWhiteSpace = false };
            var rows = new List<string>();
            while (parser.ReadFields() is { } fields)
            {
                rows.Add(string.Join(',', fields.Take(columns)));
            }

            return Sorted(rows.Skip(1));
        }

        static List<string> Sorted(IEnumerable<string> rows) => [.. rows.Order(StringComparer.Ordinal)];
    }

    [Fact]
    public async Task Every_row_is_plausible()
    {
        await using var db = storage.OpenCatalog();
        var vendors = await db.Vendors.Include(v => v.Models).Include(v => v.Macs).AsSplitQuery().ToListAsync(Cancellation);
        Assert.Contains(vendors, v => v.Models.Count == 0);
        Assert.All(vendors, v => Assert.Matches(@"\A[a-z0-9-]+\z", v.Id));
        Assert.All(vendors.Where(v => v.Models.Count > 0), v => Assert.Contains(v.Models, m => m.Name == CameraModel.Default));
        Assert.All(vendors.SelectMany(v => v.Macs), m => Assert.Matches(@"\A[0-9A-F]{2}(:[0-9A-F]{2}){2}\z", m.Prefix));
        Assert.All(vendors, v => Assert.Distinct(v.Models.SelectMany(m => m.KnownModels), StringComparer.OrdinalIgnoreCase));
        Assert.All(vendors.SelectMany(v => v.Models), m =>
        {
            Assert.NotEmpty(m.KnownModels);
            Assert.Equal(m.Name == CameraModel.Default, m.KnownModels.Contains(CameraModel.Default));
            Assert.DoesNotContain(m.KnownModels, string.IsNullOrWhiteSpace);
            Assert.DoesNotContain('/', m.Name);
            foreach (var path in new[] { m.JpgUrl, m.MjpgUrl, m.H264Url }.OfType<string>())
            {
                Assert.Matches(@"\A/(?!/)[!-~]*\z", path);
                Assert.True(Uri.TryCreate($"http://camera{path}", UriKind.Absolute, out _), path);
                Assert.DoesNotMatch(@"\[(?!(USERNAME|PASSWORD|CAMERA|TOKEN)\])|://", path);
            }

            Assert.All(new[] { m.HttpPort, m.RtspPort }.OfType<int>(), port => Assert.InRange(port, 1, 65_535));
        });
    }

    [Fact]
    public async Task What_a_model_does_not_say_is_the_vendors_and_a_dash_is_nothing()
    {
        var files = Files("acme,*,*,/a.jpg,/a.mjpg,,admin,pass,80,554,,\nacme,Pro,Pro 1;Pro 2,/pro.jpg,-,/pro,,-,,,,");
        await using var db = storage.OpenCatalog();
        await VendorCatalogue.LoadAsync(db, files, clock, Cancellation);
        var pro = await db.CameraModels.SingleAsync(m => m.Name == "Pro", Cancellation);
        Assert.Equal(["Pro 1", "Pro 2"], pro.KnownModels);
        Assert.Equal(
            ("/pro.jpg", null, "/pro", "admin", null, 80, 554),
            (pro.JpgUrl, pro.MjpgUrl, pro.H264Url, pro.Username, pro.Password, pro.HttpPort, pro.RtspPort));
        Assert.Null((await db.CameraModels.SingleAsync(m => m.Name == "*", Cancellation)).H264Url);
    }

    [Fact]
    public async Task Loaded_files_are_not_loaded_again()
    {
        await using var db = storage.OpenCatalog();
        var before = await db.CatalogueVersions.AsNoTracking().SingleAsync(Cancellation);
        await storage.ExecuteAsync("UPDATE vendors SET name = 'Touched' WHERE id = 'ycam'");
        await storage.AddProcess(clock: clock).PrepareEvercamStorageAsync(Cancellation);
        Assert.Equal(before.LoadedAt, (await db.CatalogueVersions.AsNoTracking().SingleAsync(Cancellation)).LoadedAt);
        Assert.True(await db.Vendors.AnyAsync(v => v.Name == "Touched", Cancellation));
    }

    [Fact]
    public async Task New_files_change_rows_and_leave_cameras_their_models()
    {
        await using var db = storage.OpenCatalog();
        await LoadAsync(Files("acme,*,*,/old.jpg,,,,,,,,\nacme,Used,Used,/u.jpg,,,,,,,,\nacme,Gone,Gone,/g.jpg,,,,,,,,"));
        var used = await db.CameraModels.AsNoTracking().SingleAsync(m => m.Name == "Used", Cancellation);
        var star = await db.CameraModels.AsNoTracking().SingleAsync(m => m.Name == "*", Cancellation);
        var camera = await AddCameraAsync(used.Key);

        await LoadAsync(Files("other,*,*,/new.jpg,,,,,,,,", vendors: "other,Other", macs: "00:11:22,other\n00:11:33,other"));
        Assert.Equal(["Used"], await db.CameraModels.Where(m => m.Vendor!.Id == "acme").Select(m => m.Name).ToListAsync(Cancellation));

        await LoadAsync(Files("acme,*,*,/new.jpg,,,,,,,,\nacme,Used,Used;Also,,,,,,,,,"));
        used = await db.CameraModels.AsNoTracking().SingleAsync(m => m.Key == used.Key, Cancellation);
        Assert.Equal("/new.jpg", used.JpgUrl);
        Assert.Equal(["Used", "Also"], used.KnownModels);
        Assert.Equal(used.Key, (await db.Cameras.AsNoTracking().SingleAsync(c => c.Key == camera, Cancellation)).ModelKey);
        Assert.Equal(["acme"], await db.Vendors.Select(v => v.Id).ToListAsync(Cancellation));
        Assert.Equal(["00:11:22"], await db.VendorMacs.Select(m => m.Prefix).ToListAsync(Cancellation));
        Assert.NotEqual(star.Key, (await db.CameraModels.SingleAsync(m => m.Name == "*", Cancellation)).Key);
    }

    private static VendorFiles Files(string models, string vendors = "acme,Acme", string macs = "00:11:22,acme") => new(
        Encoding.UTF8.GetBytes($"vendor,name\n{vendors}\n"),
        Encoding.UTF8.GetBytes(
            $"vendor,model,known_models,jpg,mjpg,h264,username,password,http_port,rtsp_port,confidence,source\n{models}\n"),
        Encoding.UTF8.GetBytes($"prefix,vendor\n{macs}\n"));

    private async Task LoadAsync(VendorFiles files)
    {
        await using var db = storage.OpenCatalog();
        await VendorCatalogue.LoadAsync(db, files, clock, Cancellation);
    }

    private async Task<long> AddCameraAsync(long modelKey)
    {
        await using var db = storage.OpenCatalog();
        var owner = CatalogRows.User();
        db.Add(owner);
        await db.SaveChangesAsync(Cancellation);
        var camera = CatalogRows.Camera(owner);
        camera.ModelKey = modelKey;
        db.Add(camera);
        await db.SaveChangesAsync(Cancellation);
        return camera.Key;
    }
}
