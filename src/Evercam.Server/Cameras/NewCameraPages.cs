using Evercam.Server.Activities;
using Evercam.Server.Http;
using Evercam.Server.Pages;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Cameras;

/// <summary>Adding a camera with a browser, by the rules of <c>POST /cameras</c>.</summary>
internal static class NewCameraPages
{
    /// <summary>What says that an id is taken.</summary>
    private const string Taken = "camera already exists";

    /// <summary>How long a form that was sent twice may be under way.</summary>
    private static readonly TimeSpan Afterwards = TimeSpan.FromMinutes(1);

    public static void MapNewCamera(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(CameraPath.New, ShowAsync).ForUsers();
        pages.MapPost(CameraPath.New, AnswerAsync).ForUsers();
    }

    private static async Task<IResult> ShowAsync(
        CameraFormDesk desk, EvercamDb db, HttpContext context, CancellationToken cancellation)
    {
        var (visitor, form) = (Visitor.Of(context)!, new CameraForm());
        form.Typed["timezone"] = await db.Cameras.Where(camera => camera.OwnerKey == visitor.UserKey).OrderByDescending(camera => camera.Key)
            .Select(camera => camera.Timezone).FirstOrDefaultAsync(cancellation) ?? Camera.DefaultTimezone;
        desk.Take(form, visitor, hasPassword: false);
        return await desk.ShowUntouchedAsync<NewCameraPage>(cancellation);
    }

    private static async Task<IResult> AnswerAsync(
        CameraForm form, CameraFormDesk desk, CameraTryout tryout, CameraRegistry registry, Actor actor, EvercamDb db, TimeProvider clock,
        HttpContext context, CancellationToken cancellation)
    {
        var visitor = Visitor.Of(context)!;
        desk.Take(form, visitor, hasPassword: false);
        var fields = form.ToNew(desk.Password);
        var proposed = CameraIds.Of(form["name"]);
        if (form.Action != CameraFormDesk.Save)
        {
            if (form["id"].Length == 0 && form["name"].Length > 0)
            {
                form.Typed["id"] = await FreeIdAsync(proposed, db, cancellation);
            }

            if (form.Action == CameraFormDesk.Test)
            {
                await tryout.TryAsync(desk.View, Nowhere(clock), fields, context);
            }

            return await desk.ShowAsync<NewCameraPage>(context);
        }

        var wanted = new NewCamera(form["id"].Length > 0 ? form["id"] : proposed, fields);
        try
        {
            desk.ThrowIfUnreadable(CameraRules.Check(wanted));
            await registry.CreateAsync(visitor.UserKey, wanted, actor, cancellation);
        }
        catch (ApiException refusal) when (refusal.Rules is { } rules)
        {
            if (!rules.Contains(Taken) || !await IsMadeAsync(wanted, visitor, db, clock, cancellation))
            {
                await ExplainAsync(rules, wanted, desk.View, db, cancellation);
                return await desk.ShowAsync<NewCameraPage>(context);
            }
        }

        return TypedResults.Redirect(CameraPath.Of(wanted.Id));
    }

    /// <summary>Says what is wrong. Whoever chose no id is not to blame that it is taken, and is given one that is free.</summary>
    private static async Task ExplainAsync(
        IReadOnlyList<string> rules, NewCamera wanted, CameraFormView view, EvercamDb db, CancellationToken cancellation)
    {
        view.Problems = CameraWords.Of(rules);
        if (view.Form["id"].Length == 0 && rules.Contains(Taken))
        {
            view.Form.Typed["id"] = await FreeIdAsync(wanted.Id, db, cancellation);
            view.Problems["id"] = $"There is a camera called {wanted.Id} already. This id is free.";
        }
    }

    /// <summary>Whether someone has just made the camera and asks for it once more, because a form was sent twice.</summary>
    private static Task<bool> IsMadeAsync(
        NewCamera wanted, Visitor visitor, EvercamDb db, TimeProvider clock, CancellationToken cancellation)
    {
        var just = (clock.GetUtcNow() - Afterwards).ToUnixTimeSeconds();
        return db.Cameras.AnyAsync(
            camera => camera.Id == wanted.Id && camera.OwnerKey == visitor.UserKey && camera.Name == wanted.Fields.Name
                && camera.ExternalHost == wanted.Fields.ExternalHost && camera.CreatedAt >= just,
            cancellation);
    }

    /// <summary>The id, with a number behind it if it is taken.</summary>
    private static async Task<string> FreeIdAsync(string id, EvercamDb db, CancellationToken cancellation)
    {
        const int tries = 50;
        for (var number = 2; await db.Cameras.AnyAsync(camera => camera.Id == id, cancellation) && number <= tries; number++)
        {
            id = $"{(number == 2 ? id : id[..id.LastIndexOf('-')])}-{number}";
        }

        return id;
    }

    /// <summary>A camera that is nothing yet.</summary>
    private static Camera Nowhere(TimeProvider clock) => new()
    {
        Key = CameraKeys.Next(clock),
        Id = "",
        OwnerKey = 0,
        Name = "",
        CreatedAt = 0,
        UpdatedAt = 0,
        IsPublic = false,
    };
}
