using Evercam.Storage.Catalog;

namespace Evercam.Server.Rights;

/// <summary>What a user allows a client: never more than the user may do when it is used.</summary>
/// <param name="UserKey">The user.</param>
/// <param name="Resource">What it is about.</param>
/// <param name="CameraKey">The camera, if it is about one.</param>
/// <param name="Rights">What is allowed.</param>
internal sealed record Scope(long UserKey, GrantedResource Resource, long? CameraKey, CameraRights Rights);
