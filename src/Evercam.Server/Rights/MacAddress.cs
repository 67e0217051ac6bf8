using System.Text.RegularExpressions;
using Evercam.Server.Http;
using Evercam.Storage.Catalog;

namespace Evercam.Server.Rights;

/// <summary>The address of a camera's network card: six octets, kept in lower case with colons.</summary>
internal static partial class MacAddress
{
    /// <summary>What makes a camera known to whom it is shared with.</summary>
    private const CameraRights Knowing = CameraRights.List | CameraRights.View;

    /// <summary>The normal form of a MAC address with colons or hyphens, in any case; <see langword="null"/> if it is
    /// none.</summary>
    public static string? Normalize(string text) =>
        Pattern().IsMatch(text) ? text.Replace('-', ':').ToLowerInvariant() : null;

    /// <summary>The caller's own camera with this MAC address, else the oldest of those that are shared with the caller and that the caller
    /// may know: one that must stay hidden hides no other.</summary>
    public static async Task<CameraFacts?> FindAsync(string text, Caller caller, HttpContext context)
    {
        if (Normalize(text) is not { } mac || caller.UserKey is not { } user)
        {
            return null;
        }

        var db = context.RequestServices.GetRequiredService<EvercamDb>();
        var cameras = db.Cameras.Where(camera => camera.MacAddress == mac);
        return await cameras.Where(camera => camera.OwnerKey == user).OrderBy(camera => camera.Key)
                .ReadFactsAsync(context.RequestAborted)
            ?? await cameras.Where(camera => camera.Shares.Any(
                    share => share.UserKey == user && (camera.IsPublic || (share.Rights & Knowing) != 0))).OrderBy(camera => camera.Key)
                .ReadFactsAsync(context.RequestAborted);
    }

    [GeneratedRegex(@"\A[0-9A-Fa-f]{2}([:-][0-9A-Fa-f]{2}){5}\z")]
    private static partial Regex Pattern();
}
