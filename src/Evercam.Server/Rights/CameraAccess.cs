using Evercam.Server.Http;
using Evercam.Storage.Catalog;

namespace Evercam.Server.Rights;

/// <summary>The camera that the path names and what the caller may do with it. Filled before the handler of a route
/// that declares a need runs.</summary>
internal sealed class CameraAccess(AccessCache cache)
{
    private CameraFacts? camera;

    public CameraFacts Camera => camera ?? throw new InvalidOperationException("The route declares no need of a camera.");

    public Caller Caller { get; private set; } = Caller.Anonymous;

    public HeldRights Rights { get; private set; }

    /// <summary>Rights to the stored snapshots.</summary>
    public CameraRights Stored { get; private set; }

    public bool IsOwner => Caller.UserKey == Camera.OwnerKey;

    /// <summary>Whether the caller may see all details.</summary>
    public bool SeesAll => Rights.All.HasFlag(CameraRights.View);

    /// <summary>Whether the caller may know that the camera exists.</summary>
    public bool KnowsOf => (Rights.All & (CameraRights.List | CameraRights.View)) != 0;

    /// <summary>Looks up the camera that the path names; <see langword="false"/> if there is none.</summary>
    public async ValueTask<bool> FindAsync(HttpContext context, bool byMacAddress = false)
    {
        Caller = Caller.Of(context);
        if (context.Request.RouteValues["id"] is not string segment)
        {
            throw new InvalidOperationException("The route names no camera.");
        }

        var id = ApiPath.Unescape(segment);
        Take(await cache.FindAsync(id, context));

        // Ids may look like MAC addresses: one that the caller may not know must not hide what is the caller's own.
        if (byMacAddress && !KnowsOf)
        {
            Take(await MacAddress.FindAsync(id, Caller, context));
        }

        return camera is not null;
    }

    /// <summary>Looks up the camera that the path names, and what the caller must be allowed to do with it.</summary>
    /// <exception cref="ApiException">There is no such camera (404), or that is not allowed (403).</exception>
    public async ValueTask CheckAsync(HttpContext context, Func<CameraAccess, bool> isAllowed)
    {
        if (!await FindAsync(context))
        {
            throw ApiException.NotFound("Camera does not exist");
        }

        if (!isAllowed(this))
        {
            throw ApiException.Unauthorized();
        }
    }

    private void Take(CameraFacts? found)
    {
        if (found is null)
        {
            return;
        }

        camera = found;
        Rights = RightsRule.OfCamera(Caller, found);
        Stored = RightsRule.OfSnapshots(Caller, found);
    }
}
