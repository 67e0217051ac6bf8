using Evercam.Server.Http;
using Evercam.Server.Pages;
using Microsoft.AspNetCore.Components;

namespace Evercam.Server.Cameras;

/// <summary>Takes the form of a camera, minds its password, and gives the page back with whatever the pressed button asks for.</summary>
internal sealed class CameraFormDesk(CameraFormView view, ModelPicks picks, KeptPasswords kept)
{
    /// <summary>The buttons: save, test, find the maker by the MAC address. All others show the models of the chosen maker, and fill in
    /// what is known of them.</summary>
    public const string Save = "save";

    /// <inheritdoc cref="Save"/>
    public const string Test = "test";

    /// <inheritdoc cref="Save"/>
    public const string Maker = "maker";

    /// <summary>What the page will show.</summary>
    public CameraFormView View => view;

    /// <summary>The password that the form says: the one that was typed now, else the one that was typed before. Blank if there is to be
    /// none any more, <see langword="null"/> if nothing is said of it.</summary>
    public string? Password { get; private set; }

    private bool isLost;

    public void Take(CameraForm form, Visitor visitor, bool hasPassword)
    {
        view.Form = form;
        view.HasPassword = hasPassword;
        var typed = form.Password.Length > 0 ? form.Password
            : form.KeptPassword.Length > 0 ? kept.Open(visitor, form.KeptPassword)
            : null;
        isLost = typed is null && form.KeptPassword.Length > 0 && !form.WantsNoPassword;
        Password = !form.WantsNoPassword ? typed : hasPassword ? "" : null;
        view.KeptPassword = Password is { Length: > 0 } ? kept.Seal(visitor, Password) : null;
    }

    /// <exception cref="ApiException">Some of it was no text: it is told with all that is wrong (400).</exception>
    public void ThrowIfUnreadable(IEnumerable<string> broken)
    {
        if (isLost || view.Form.Unreadable.Count > 0)
        {
            throw ApiException.BrokenRules([.. view.Form.Unreadable, .. isLost ? [CameraWords.LostPassword] : Array.Empty<string>(), .. broken]);
        }
    }

    /// <summary>The page before anything is typed.</summary>
    public async Task<IResult> ShowUntouchedAsync<TPage>(CancellationToken cancellation)
        where TPage : IComponent
    {
        await picks.ListAsync(view, cancellation);
        return Page.Show<TPage>();
    }

    /// <summary>The page again, with what was typed.</summary>
    public async Task<IResult> ShowAsync<TPage>(HttpContext context)
        where TPage : IComponent
    {
        var (form, cancellation) = (view.Form, context.RequestAborted);
        if (form.Action == Maker && await picks.ChooseMakerAsync(form, cancellation) is { } problem)
        {
            view.Problems["mac_address"] = problem;
        }
        else if (form.Action is not Save and not Test)
        {
            await picks.FillAsync(form, cancellation);
        }

        if (isLost)
        {
            view.Problems.TryAdd("cam_password", CameraWords.Of([CameraWords.LostPassword])["cam_password"]);
        }

        foreach (var field in view.Problems.Keys.Where(field => !view.Shows(field)).ToList())
        {
            // Nothing could be marked.
            view.Problems.Remove(field);
            view.Problems.TryAdd(CameraWords.Whole, CameraWords.Damaged);
        }

        if (view.Problems.Remove(CameraWords.Whole, out var whole))
        {
            view.Problem = whole;
        }

        await picks.ListAsync(view, cancellation);
        var status = view.Problems.Count > 0 || view.Problem is not null ? StatusCodes.Status400BadRequest : context.Response.StatusCode;
        return Page.Show<TPage>(status: status);
    }
}
