using Evercam.Server.Activities;
using Evercam.Server.Http;
using Evercam.Server.Pages;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Recordings;

/// <summary>What is recorded of a camera, with a browser: by the rules of <c>PUT /cameras/{id}/recording</c>.</summary>
internal static class RecordingPages
{
    public static void MapRecordingPages(this IEndpointRouteBuilder pages)
    {
        const string path = "/cameras/{id}/recording";
        pages.MapGet(path, ShowAsync).ForCamera(access => access.SeesAll);
        pages.MapPost(path, AnswerAsync).ForCamera(access => access.SeesAll && MayChange(access));
    }

    private static bool MayChange(CameraAccess access) => access.Rights.All.HasFlag(CameraRights.Edit);

    private static async Task<IResult> ShowAsync(CameraAccess access, EvercamDb db, HttpContext context, CancellationToken cancellation)
    {
        var camera = await FindAsync(access, db, cancellation);
        return Render(access, camera, RecordingForm.Showing(camera), FormRefusal.None, context);
    }

    private static async Task<IResult> AnswerAsync(
        RecordingForm form, CameraAccess access, RecordingRegister register, Actor actor, EvercamDb db, HttpContext context, CancellationToken cancellation)
    {
        var camera = await FindAsync(access, db, cancellation);
        if (await TryWriteAsync(form, access, camera, register, actor, context, cancellation) is { } refusal)
        {
            return Render(access, camera, form, refusal, context);
        }

        return AccountNews.Lead(context, $"/cameras/{access.Camera.Id}/recording", AccountNews.Saved);
    }

    /// <returns>Why it was refused; <see langword="null"/> if it was not.</returns>
    private static async Task<FormRefusal?> TryWriteAsync(
        RecordingForm form, CameraAccess access, Camera camera, RecordingRegister register, Actor actor, HttpContext context, CancellationToken cancellation)
    {
        if (form.Seen.Length > 0 && form.Seen != RecordingForm.SeenOf(camera.Recording))
        {
            form.Typed["seen"] = RecordingForm.SeenOf(camera.Recording);
            return FormRefusal.Because("Somebody changed this camera meanwhile. Below is what you typed: save once more to have it so.");
        }

        try
        {
            await register.WriteAsync(access, form.Read, actor, cancellation);
            return null;
        }
        catch (ApiException refused) when (refused.Status == StatusCodes.Status403Forbidden)
        {
            return new(refused.Status, "Pictures would go that now stay: only who may delete pictures may have them kept for less.", []);
        }
        catch (ApiException refused) when (FormRefusal.Of(refused, RecordingSentences.Of, context) is { } refusal)
        {
            return refusal;
        }
    }

    private static RazorComponentResult Render(CameraAccess access, Camera camera, RecordingForm form, FormRefusal refusal, HttpContext context) =>
        Page.Show<RecordingPage>(new
        {
            camera.Name,
            camera.Recording,
            camera.Timezone,
            MayChange = MayChange(access),
            form.Typed,
            refusal.Problems,
            refusal.Problem,
            News = AccountNews.Take(context),
            Nonce = PageHeaders.LetScriptRun(context.Response),
        }, refusal.Status);

    private static async Task<Camera> FindAsync(CameraAccess access, EvercamDb db, CancellationToken cancellation) =>
        await db.Cameras.AsNoTracking().SingleOrDefaultAsync(camera => camera.Key == access.Camera.Key, cancellation)
        ?? throw ApiException.NotFound();
}
