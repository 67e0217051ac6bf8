namespace Evercam.Storage.Catalog;

/// <summary>A maker of cameras. With its MAC prefixes and models, it comes from the catalogue that the program brings along.</summary>
public sealed class Vendor
{
    /// <summary>Primary key.</summary>
    public long Key { get; set; }

    /// <summary>The contract's id, lower case; unique.</summary>
    public required string Id { get; set; }

    /// <summary>What people read.</summary>
    public required string Name { get; set; }

    /// <summary>The MAC prefixes it registered; empty if not loaded.</summary>
    public List<VendorMac> Macs { get; } = [];

    /// <summary>Its models; empty if it is not supported, or if not loaded.</summary>
    public List<CameraModel> Models { get; } = [];
}

/// <summary>The first three octets of the MAC addresses of a vendor. Two vendors may have the same.</summary>
public sealed class VendorMac
{
    /// <summary><c>AA:BB:CC</c>, upper case.</summary>
    public required string Prefix { get; set; }

    /// <summary>The vendor.</summary>
    public long VendorKey { get; set; }

    /// <summary>The vendor; <see langword="null"/> if not loaded.</summary>
    public Vendor? Vendor { get; set; }
}

/// <summary>Which catalogue is loaded: one row.</summary>
public sealed class CatalogueVersion
{
    /// <summary>Primary key, always 1.</summary>
    public required int Key { get; set; }

    /// <summary>SHA-256 of the catalogue's files, lower-case hexadecimal.</summary>
    public required string Hash { get; set; }

    /// <summary>When it was loaded, Unix seconds.</summary>
    public required long LoadedAt { get; set; }
}
