namespace Evercam.Server.Rights;

/// <summary>Where people find the page of a camera.</summary>
internal static class CameraPath
{
    /// <summary>Where people add cameras. The contract lets a camera be called so too.</summary>
    public const string New = "/cameras/new";

    /// <summary>The path of a camera's first page: <c>/cameras/{id}</c>, unless that is the page to add one.</summary>
    public static string Of(string id) => $"/cameras/{id}" is var path && path == New ? $"{path}/overview" : path;
}
