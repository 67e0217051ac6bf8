using System.Security.Cryptography;
using CsvHelper;

namespace Evercam.Storage.Vendors;

/// <summary>The catalogue as the program brings it along. See the README beside the files.</summary>
internal sealed record VendorFiles(byte[] Vendors, byte[] Models, byte[] Macs)
{
    private const string None = "-";

    /// <summary>The files inside this assembly.</summary>
    public static VendorFiles Included => new(Resource("vendors.csv"), Resource("models.csv"), Resource("macs.csv"));

    /// <summary>SHA-256 over all three, lower-case hexadecimal.</summary>
    public string Hash
    {
        get
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (var file in new[] { Vendors, Models, Macs })
            {
                hash.AppendData(BitConverter.GetBytes(file.LongLength));
                hash.AppendData(file);
            }

            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
    }

    public IReadOnlyList<VendorRow> ReadVendors() =>
        Read(Vendors, row => new VendorRow(row.GetString("vendor"), row.GetString("name")));

    public IReadOnlyList<MacRow> ReadMacs() =>
        Read(Macs, row => new MacRow(row.GetString("vendor"), row.GetString("prefix")));

    /// <summary>The models with their effective values: an empty cell takes the vendor's, from the row <c>*</c>.</summary>
    public IReadOnlyList<ModelRow> ReadModels()
    {
        var rows = Read(Models, row => (
            Vendor: row.GetString("vendor"),
            Name: row.GetString("model"),
            Known: row.GetString("known_models").Split(';'),
            Cells: ModelRow.Columns.Select(column => row.GetString(column)).ToArray()));
        var defaults = rows.Where(row => row.Name == Catalog.CameraModel.Default)
            .ToDictionary(row => row.Vendor, row => row.Cells);
        return [.. rows.Select(row => new ModelRow(
            row.Vendor, row.Name, row.Known,
            [.. row.Cells.Select((cell, i) => Effective(cell, defaults.GetValueOrDefault(row.Vendor)?[i]))]))];
    }

    private static string? Effective(string own, string? vendors) => own switch
    {
        None => null,
        "" => string.IsNullOrEmpty(vendors) ? null : vendors,
        _ => own,
    };

    private static List<T> Read<T>(byte[] file, Func<CsvReader, T> read)
    {
        using var csv = CsvReader.Create(file);
        var rows = new List<T>();
        while (csv.Read())
        {
            rows.Add(read(csv));
        }

        return rows;
    }

    private static byte[] Resource(string name)
    {
        using var stream = typeof(VendorFiles).Assembly.GetManifestResourceStream(typeof(VendorFiles), name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}

/// <summary>A line of <c>vendors.csv</c>.</summary>
internal sealed record VendorRow(string Id, string Name);

/// <summary>A line of <c>macs.csv</c>.</summary>
internal sealed record MacRow(string Vendor, string Prefix);

/// <summary>A line of <c>models.csv</c>, with effective values in the order of <see cref="Columns"/>.</summary>
internal sealed record ModelRow(string Vendor, string Name, IReadOnlyList<string> KnownModels, IReadOnlyList<string?> Values)
{
    public static readonly IReadOnlyList<string> Columns =
        ["jpg", "mjpg", "h264", "username", "password", "http_port", "rtsp_port"];
}
