using System.Globalization;
using Evercam.Storage.Catalog;

namespace Evercam.Server.Rights;

/// <summary>What a user allows a client: never more than the user may do when it is used.</summary>
/// <param name="UserKey">The user.</param>
/// <param name="Resource">What it is about.</param>
/// <param name="CameraKey">The camera, if it is about one.</param>
/// <param name="Rights">What is allowed.</param>
internal sealed record Scope(long UserKey, GrantedResource Resource, long? CameraKey, CameraRights Rights)
{
    /// <summary>Scopes of one user as a token keeps them: numbers, because the ids of cameras may change.</summary>
    public static string Write(IEnumerable<Scope> scopes) =>
        string.Join(' ', scopes.Select(scope => $"{scope.Resource:D}:{scope.Rights:D}:{scope.CameraKey}"));

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static IReadOnlyList<Scope> Read(long userKey, string text) => [.. text.Split(' ').Select(part => part.Split(':')).Select(
        part => new Scope(userKey, (GrantedResource)Number(part[0]), part[2].Length == 0 ? null : Number(part[2]), (CameraRights)Number(part[1])))];

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
