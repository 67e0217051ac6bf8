using Evercam.Storage.Catalog;

namespace Evercam.Server.Rights;

/// <summary>A set of rights as it is written on the wire: <c>Snapshot,View,Grant~List</c>.</summary>
internal static class RightList
{
    private const string Grant = "Grant~";

    private static readonly CameraRights[] InOrder =
        [CameraRights.Snapshot, CameraRights.View, CameraRights.Edit, CameraRights.Delete, CameraRights.List];

    /// <summary>Comma separated, capitalised, in the contract's order, the rights to pass on last.</summary>
    public static string Write(CameraRights rights) => string.Join(
        ',',
        InOrder.Where(right => rights.HasFlag(right)).Select(right => right.ToString())
            .Concat(InOrder.Where(right => rights.HasFlag(ToPassOn(right))).Select(right => Grant + right)));

    /// <summary>Reads a list in any case, with blanks around its names; <see langword="null"/> if a name is unknown or
    /// there is none.</summary>
    public static CameraRights? Read(string list)
    {
        var rights = CameraRights.None;
        foreach (var range in list.AsSpan().Split(','))
        {
            if (ReadOne(list.AsSpan()[range]) is not { } right)
            {
                return null;
            }

            rights |= right;
        }

        return rights;
    }

    /// <summary>Reads one name; <see langword="null"/> if it is unknown.</summary>
    public static CameraRights? ReadOne(ReadOnlySpan<char> name)
    {
        name = name.Trim();
        var passesOn = name.StartsWith(Grant, StringComparison.OrdinalIgnoreCase);
        var wanted = passesOn ? name[Grant.Length..] : name;
        foreach (var right in InOrder)
        {
            if (wanted.Equals(right.ToString(), StringComparison.OrdinalIgnoreCase))
            {
                return passesOn ? ToPassOn(right) : right;
            }
        }

        return null;
    }

    private static CameraRights ToPassOn(CameraRights right) => (CameraRights)((int)right << 8);
}
