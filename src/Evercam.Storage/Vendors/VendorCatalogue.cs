using System.Data.Common;
using System.Globalization;
using System.Text.Json.Nodes;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Evercam.Storage.Vendors;

/// <summary>Brings the vendors, models and MAC prefixes of the database to those of the files. Vendors of the registry stay, but for
/// MAC prefixes that the files claim.</summary>
internal static class VendorCatalogue
{
    /// <summary>Raised when the loader makes other rows of the same files.</summary>
    private const string LoaderVersion = "1";

    /// <summary>Loads these files, unless they are loaded already. What they say no more goes, but for models that cameras
    /// have; rows that stay keep their keys. One transaction.</summary>
    public static async Task LoadAsync(
        EvercamDb db, VendorFiles files, TimeProvider clock, CancellationToken cancellation)
    {
        var hash = $"{LoaderVersion}:{files.Hash}";
        if (await db.CatalogueVersions.AnyAsync(v => v.Hash == hash, cancellation))
        {
            return;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await using (var loader = new VendorLoader(db))
        {
            var vendors = new Dictionary<string, long>();
            var vendorRows = files.ReadVendors();
            await MakeRoomAsync(db, [.. vendorRows.Select(row => row.Id)], cancellation);
            foreach (var row in vendorRows)
            {
                vendors.Add(row.Id, await loader.SaveAsync(row));
            }

            var models = new HashSet<long>();
            foreach (var row in files.ReadModels())
            {
                models.Add(await loader.SaveAsync(row, vendors[row.Vendor]));
            }

            var macs = files.ReadMacs();
            var prefixes = macs.Select(row => row.Prefix).ToHashSet();
            await db.VendorMacs.Where(m => m.Vendor!.Origin == VendorOrigin.Catalogue || prefixes.Contains(m.Prefix))
                .ExecuteDeleteAsync(cancellation);
            foreach (var row in macs)
            {
                await loader.SaveAsync(row, vendors[row.Vendor]);
            }

            await RemoveOthersAsync(db, [.. vendors.Values], models, cancellation);
        }

        await db.NoteVersionAsync(VendorOrigin.Catalogue, hash, clock, cancellation);
        await transaction.CommitAsync(cancellation);
    }

    /// <summary>Ids of the files are theirs: a registered vendor that has one takes another.</summary>
    private static async Task MakeRoomAsync(EvercamDb db, HashSet<string> ids, CancellationToken cancellation)
    {
        var others = await db.Vendors.AsNoTracking()
            .Where(v => v.Origin == VendorOrigin.Registry && ids.Contains(v.Id)).ToListAsync(cancellation);
        foreach (var other in others)
        {
            var taken = await db.Vendors.Where(v => v.Id.StartsWith(other.Id)).Select(v => v.Id).ToListAsync(cancellation);
            var free = RegistryIds.Free(other.Id, [.. ids, .. taken]);
            await db.Vendors.Where(v => v.Key == other.Key)
                .ExecuteUpdateAsync(change => change.SetProperty(v => v.Id, free), cancellation);
        }
    }

    private static async Task RemoveOthersAsync(
        EvercamDb db, HashSet<long> vendors, HashSet<long> models, CancellationToken cancellation)
    {
        var unused = await db.CameraModels.Where(m => !db.Cameras.Any(c => c.ModelKey == m.Key))
            .Select(m => m.Key).ToListAsync(cancellation);
        foreach (var key in unused.Where(key => !models.Contains(key)))
        {
            await db.CameraModels.Where(m => m.Key == key).ExecuteDeleteAsync(cancellation);
        }

        var empty = await db.Vendors.Where(v => v.Origin == VendorOrigin.Catalogue && v.Models.Count == 0)
            .Select(v => v.Key).ToListAsync(cancellation);
        foreach (var key in empty.Where(key => !vendors.Contains(key)))
        {
            await db.Vendors.Where(v => v.Key == key).ExecuteDeleteAsync(cancellation);
        }

        await db.RemoveEmptyRegisteredAsync(cancellation);
    }
}

/// <summary>Saves row after row with one command each. The files have some thousand rows, and EF takes half a second of CPU for
/// them; every first start, and every test of a whole server, waits for it.</summary>
internal sealed class VendorLoader : IAsyncDisposable
{
    private readonly DbCommand vendor;
    private readonly DbCommand model;
    private readonly DbCommand mac;
    private readonly bool hasArrays;

    public VendorLoader(EvercamDb db)
    {
        hasArrays = db.Database.IsNpgsql();
        vendor = Command(db, "id", "name");
        vendor.CommandText =
            """
            INSERT INTO vendors (id, name, origin) VALUES (@id, @name, 1)
            ON CONFLICT (id) DO UPDATE SET name = excluded.name RETURNING key
            """;
        model = Command(
            db, "vendor", "name", "known", "jpg", "mjpg", "h264", "username", "password", "http_port", "rtsp_port");
        model.CommandText =
            """
            INSERT INTO camera_models (vendor_key, name, known_models,
                jpg_url, mjpg_url, h264_url, username, password, http_port, rtsp_port)
            VALUES (@vendor, @name, @known, @jpg, @mjpg, @h264, @username, @password, @http_port, @rtsp_port)
            ON CONFLICT (vendor_key, name) DO UPDATE SET known_models = excluded.known_models,
                jpg_url = excluded.jpg_url, mjpg_url = excluded.mjpg_url, h264_url = excluded.h264_url,
                username = excluded.username, password = excluded.password,
                http_port = excluded.http_port, rtsp_port = excluded.rtsp_port
            RETURNING key
            """;
        mac = Command(db, "prefix", "vendor");
        mac.CommandText = "INSERT INTO vendor_macs (prefix, vendor_key) VALUES (@prefix, @vendor)";
    }

    /// <returns>The key of the vendor.</returns>
    public async Task<long> SaveAsync(VendorRow row) => (long)(await RunAsync(vendor, row.Id, row.Name))!;

    /// <returns>The key of the model.</returns>
    public async Task<long> SaveAsync(ModelRow row, long vendorKey)
    {
        object known = hasArrays
            ? row.KnownModels.ToArray()
            : new JsonArray([.. row.KnownModels.Select(name => JsonValue.Create(name))]).ToJsonString();
        return (long)(await RunAsync(
            model, [vendorKey, row.Name, known, .. row.Values.Take(5), .. row.Values.Skip(5).Select(Port)]))!;
    }

    public Task SaveAsync(MacRow row, long vendorKey) => RunAsync(mac, row.Prefix, vendorKey);

    public async ValueTask DisposeAsync()
    {
        await vendor.DisposeAsync();
        await model.DisposeAsync();
        await mac.DisposeAsync();
    }

    private static DbCommand Command(EvercamDb db, params string[] parameters)
    {
        var command = db.Database.GetDbConnection().CreateCommand();
        command.Transaction = db.Database.CurrentTransaction!.GetDbTransaction();
        foreach (var name in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            command.Parameters.Add(parameter);
        }

        return command;
    }

    private static Task<object?> RunAsync(DbCommand command, params object?[] values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        return command.ExecuteScalarAsync();
    }

    private static object? Port(string? text) => text is null ? null : int.Parse(text, CultureInfo.InvariantCulture);
}
