using Evercam.Server.Http;
using Evercam.Server.Pages;

namespace Evercam.Server.Users;

/// <summary><c>/signup</c>: what a person typed, to be judged and to be shown again.</summary>
/// <param name="Fields">The account that is wanted.</param>
/// <param name="Then">The local path to go on to; <see langword="null"/> for the start page.</param>
/// <param name="LacksCookies">Whether the browser would not stay logged in.</param>
/// <param name="Unreadable">Rules that are broken by what is no text.</param>
internal sealed record SignUpForm(SignUp Fields, string? Then, bool LacksCookies, IReadOnlyList<string> Unreadable)
{
    public static async ValueTask<SignUpForm?> BindAsync(HttpContext context)
    {
        var form = await TypedForm.ReadAsync(context);
        var fields = new SignUp(
            form.Line("forename"),
            form.Line("lastname"),
            form.Line("username"),
            form.Line("country"),
            form.Line("email"),
            form.Secret("password"));
        return new(fields, form.Then(), form.LacksCookies, form.Unreadable);
    }

    /// <summary>What the page shows again: never the password.</summary>
    public Dictionary<string, string> Typed => new()
    {
        ["forename"] = Fields.Forename,
        ["lastname"] = Fields.Lastname,
        ["username"] = Fields.UserName,
        ["country"] = Fields.Country.ToLowerInvariant(),
        ["email"] = Fields.Email,
    };

    /// <exception cref="ApiException">Some of it was no text: it is told with all that is wrong (400).</exception>
    public void ThrowIfUnreadable()
    {
        if (Unreadable.Count > 0)
        {
            throw ApiException.BrokenRules([.. Unreadable, .. UserRules.Check(Fields)]);
        }
    }
}
