namespace Evercam.Storage.Catalog;

/// <summary>A set of rights (contract 3.1). The numbers are stored. The right to pass a right on lies eight bits
/// above it.</summary>
[Flags]
public enum CameraRights
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Take or see the live picture.</summary>
    Snapshot = 1 << 0,

    /// <summary>See all details.</summary>
    View = 1 << 1,

    /// <summary>Change.</summary>
    Edit = 1 << 2,

    /// <summary>Delete.</summary>
    Delete = 1 << 3,

    /// <summary>Know that it exists, see the public details.</summary>
    List = 1 << 4,

    /// <summary>Pass <see cref="Snapshot"/> on.</summary>
    GrantSnapshot = Snapshot << 8,

    /// <summary>Pass <see cref="View"/> on.</summary>
    GrantView = View << 8,

    /// <summary>Pass <see cref="Edit"/> on.</summary>
    GrantEdit = Edit << 8,

    /// <summary>Pass <see cref="Delete"/> on.</summary>
    GrantDelete = Delete << 8,

    /// <summary>Pass <see cref="List"/> on.</summary>
    GrantList = List << 8,

    /// <summary>The five that let their holder act.</summary>
    Base = Snapshot | View | Edit | Delete | List,

    /// <summary>All ten: what an owner has.</summary>
    All = Base | (Base << 8),
}
