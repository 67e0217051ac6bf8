namespace Evercam.Storage.Catalog;

/// <summary>A maker of cameras, with its MAC prefixes and models; or of any other hardware, with its MAC prefixes alone.</summary>
public sealed class Vendor
{
    /// <summary>Primary key.</summary>
    public long Key { get; set; }

    /// <summary>The contract's id, lower case; unique.</summary>
    public required string Id { get; set; }

    /// <summary>What people read.</summary>
    public required string Name { get; set; }

    /// <summary>Where it comes from.</summary>
    public VendorOrigin Origin { get; set; } = VendorOrigin.Catalogue;

    /// <summary>The MAC prefixes it registered; empty if not loaded.</summary>
    public List<VendorMac> Macs { get; } = [];

    /// <summary>Its models; empty if it is not supported, or if not loaded.</summary>
    public List<CameraModel> Models { get; } = [];
}

/// <summary>Who says that there is such a vendor.</summary>
public enum VendorOrigin
{
    /// <summary>The catalogue that the program brings along. It knows cameras, so its word on a MAC prefix counts first.</summary>
    Catalogue = 1,

    /// <summary>The IEEE's registry of MAC prefixes, imported by an administrator.</summary>
    Registry = 2,
}

/// <summary>The first three octets of the MAC addresses of a vendor. Two vendors of one origin may have the same.</summary>
public sealed class VendorMac
{
    /// <summary><c>AA:BB:CC</c>, upper case.</summary>
    public required string Prefix { get; set; }

    /// <summary>The vendor.</summary>
    public long VendorKey { get; set; }

    /// <summary>The vendor; <see langword="null"/> if not loaded.</summary>
    public Vendor? Vendor { get; set; }
}

/// <summary>What was loaded of each origin. Whoever remembers vendors sees by these rows that others are known now.</summary>
public sealed class CatalogueVersion
{
    /// <summary>Primary key: a <see cref="VendorOrigin"/>.</summary>
    public required int Key { get; set; }

    /// <summary>SHA-256 of the files, lower-case hexadecimal.</summary>
    public required string Hash { get; set; }

    /// <summary>When it was loaded, Unix seconds.</summary>
    public required long LoadedAt { get; set; }
}
