using Evercam.Server.Rights;
using Evercam.Storage.Catalog;

namespace Evercam.Server.OAuth;

/// <summary>One element of a scope (contract 2.3), as an application asks for it.</summary>
/// <param name="Resource">What it is about.</param>
/// <param name="Right">The one right.</param>
/// <param name="CameraId">The id of the camera, if it is about one.</param>
internal sealed record AskedScope(GrantedResource Resource, CameraRights Right, string? CameraId)
{
    private const CameraRights OfSnapshots =
        CameraRights.List | CameraRights.View | CameraRights.Edit | CameraRights.Delete;

    /// <summary>Reads a whole scope; <see langword="null"/> if there is nothing in it, or an element is not well-formed.</summary>
    public static IReadOnlyList<AskedScope>? Read(string? text)
    {
        var elements = Split(text ?? "");
        var read = elements.Select(ReadOne).OfType<AskedScope>().Distinct().ToList();
        return elements.Length > 0 && elements.All(element => ReadOne(element) is not null) ? read : null;
    }

    /// <summary>The elements of a scope, as they are written.</summary>
    public static string[] Split(string text) => text.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries);

    private static AskedScope? ReadOne(string element)
    {
        var parts = element.Split(':');
        if (element.AsSpan().ContainsAnyExceptInRange('!', '~') || parts.Length < 2 || parts.Any(part => part.Length == 0)
            || parts[1].Any(char.IsUpper) || RightList.ReadOne(parts[1]) is not { } right)
        {
            return null;
        }

        // What follows an account's right says nothing: "all", or the user's name.
        return (parts[0], parts.Length) switch
        {
            ("camera", 3) => new(GrantedResource.Camera, right, parts[2]),
            ("cameras", _) => new(GrantedResource.Cameras, right, null),
            ("snapshots", _) when OfSnapshots.HasFlag(right) => new(GrantedResource.Snapshots, right, null),
            ("user", _) when OfSnapshots.HasFlag(right) => new(GrantedResource.User, right, null),
            _ => null,
        };
    }
}
