using Evercam.Server.Http;
using Evercam.Storage.Catalog;
using Microsoft.AspNetCore.Authentication;

namespace Evercam.Server.Rights;

/// <summary>For answers that take long: whether what a request was let in for still holds.</summary>
internal sealed class Standing(CallerSource source, AccessCache cameras, IAuthenticationHandlerProvider cookies)
{
    /// <summary>To be done before the answer begins: what reads the session's cookie wants to add to the answer's headers, and once it is
    /// there it can be asked again.</summary>
    public Task PrepareAsync(HttpContext context) => cookies.GetHandlerAsync(context, Sessions.Cookie);

    /// <summary>Whether the credentials of a request are still good, and still give a right to a camera. What was looked up a moment
    /// ago is remembered, so this may be asked often.</summary>
    public async ValueTask<bool> HoldsAsync(HttpContext context, CameraFacts camera, CameraRights right)
    {
        try
        {
            var caller = await source.IdentifyAsync(context);
            var now = await cameras.FindAsync(camera.Id, context);
            return now?.Key == camera.Key && RightsRule.OfCamera(caller, now).All.HasFlag(right);
        }
        catch (ApiException)
        {
            return false;
        }
    }
}
