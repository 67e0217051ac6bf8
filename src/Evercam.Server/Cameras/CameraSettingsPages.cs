using System.Globalization;
using Evercam.Server.Activities;
using Evercam.Server.Http;
using Evercam.Server.Pages;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Cameras;

/// <summary>Changing a camera with a browser, by the rules of <c>PATCH /cameras/{id}</c>.</summary>
internal static class CameraSettingsPages
{
    public static void MapCameraSettings(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/cameras/{id}/settings", ShowAsync).ForCamera(MayChange);
        pages.MapPost("/cameras/{id}/settings", AnswerAsync).ForCamera(MayChange);
    }

    private static bool MayChange(CameraAccess access) => access.Rights.All.HasFlag(CameraRights.Edit);

    private static async Task<IResult> ShowAsync(
        CameraAccess access, CameraFormView view, CameraFormDesk desk, EvercamDb db, HttpContext context, CancellationToken cancellation)
    {
        var (camera, shown) = await ReadAsync(access, view, db, cancellation);
        desk.Take(shown, Visitor.Of(context)!, Has(camera.CamPassword, access));
        view.Done = AccountNews.Take(context);
        return await desk.ShowUntouchedAsync<CameraSettingsPage>(cancellation);
    }

    private static async Task<IResult> AnswerAsync(
        CameraForm form, CameraAccess access, CameraFormView view, CameraFormDesk desk, CameraTryout tryout, CameraRegistry registry,
        Actor actor, EvercamDb db, HttpContext context, CancellationToken cancellation)
    {
        var (camera, shown) = await ReadAsync(access, view, db, cancellation);
        desk.Take(form, Visitor.Of(context)!, Has(camera.CamPassword, access));
        var change = new CameraChange(form.ToChange(shown, desk.Password));
        if (form.Action == CameraFormDesk.Test && access.SeesAll)
        {
            await tryout.TryAsync(view, camera, change.Fields, context);
        }

        if (form.Action != CameraFormDesk.Save)
        {
            return await desk.ShowAsync<CameraSettingsPage>(context);
        }

        try
        {
            desk.ThrowIfUnreadable(CameraRules.Check(change));
            if (!change.IsEmpty && IsStale(form, camera))
            {
                view.Problem = "Somebody changed this camera meanwhile. Below is what you typed: save once more to have it so.";
                form.Typed["seen"] = shown["seen"];
                return await desk.ShowAsync<CameraSettingsPage>(context);
            }

            await registry.ChangeAsync(access.Camera.Key, change, access.SeesAll, actor, cancellation);
        }
        catch (ApiException refusal) when (refusal.Rules is { } rules)
        {
            view.Problems = CameraWords.Of(rules);
            return await desk.ShowAsync<CameraSettingsPage>(context);
        }

        // Who may change it and nothing else has no other page of it.
        return access.KnowsOf
            ? TypedResults.Redirect(CameraPath.Of(access.Camera.Id))
            : AccountNews.Lead(context, $"/cameras/{access.Camera.Id}/settings", AccountNews.Saved);
    }

    /// <summary>The camera, not to be saved, and the form that shows it as far as this person may see it.</summary>
    private static async Task<(Camera Camera, CameraForm Shown)> ReadAsync(
        CameraAccess access, CameraFormView view, EvercamDb db, CancellationToken cancellation)
    {
        var camera = await db.Cameras.AsNoTracking().Include(c => c.Owner)
            .SingleOrDefaultAsync(c => c.Key == access.Camera.Key, cancellation)
            ?? throw ApiException.NotFound();
        var model = await db.EffectiveModelAsync(camera, cancellation);
        (view.Title, view.SeesAll) = (camera.Name, access.SeesAll);
        return (camera, CameraForm.Showing(CameraResponse.Of(camera, model, access.SeesAll)));
    }

    /// <summary>Whether somebody else has changed the camera since the form was shown.</summary>
    private static bool IsStale(CameraForm form, Camera camera) =>
        form["seen"].Length > 0 && form["seen"] != camera.UpdatedAt.ToString(CultureInfo.InvariantCulture);

    private static bool Has(Setting? password, CameraAccess access) => access.SeesAll && password?.Value is not null;
}
