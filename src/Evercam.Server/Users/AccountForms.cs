using Evercam.Server.Http;
using Evercam.Server.Pages;
using Evercam.Storage.Catalog;

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
            form.Secret("password"))
        {
            Invitation = form.Line("invitation"),
        };
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

/// <summary><c>POST /reset/password</c>.</summary>
/// <param name="Login">User name or email.</param>
internal sealed record ForgottenForm(string Login)
{
    public static async ValueTask<ForgottenForm?> BindAsync(HttpContext context) =>
        new((await TypedForm.ReadAsync(context)).Line("username"));
}

/// <summary><c>POST /reset/confirm</c>.</summary>
/// <param name="Link">The link of the mail.</param>
/// <param name="Password">The new password.</param>
/// <param name="WithLocks">Whether somebody else may have had the old one.</param>
/// <param name="Broken">The rules that it breaks.</param>
internal sealed record ResetForm(ConfirmRequest Link, string Password, bool WithLocks, IReadOnlyList<string> Broken)
{
    public static async ValueTask<ResetForm?> BindAsync(HttpContext context)
    {
        var form = await TypedForm.ReadAsync(context);
        var (link, password) = (new ConfirmRequest(form.Line("u"), form.Line("c")), form.Secret("password"));
        return new(
            link, password, form.Line("locks").Length > 0, [.. form.Unreadable.Where(rule => rule.StartsWith("password", StringComparison.Ordinal)), .. UserRules.CheckPassword(password)]);
    }

    /// <summary>Neither the code nor the password.</summary>
    public override string ToString() => $"{nameof(ResetForm)} {Link.Login}";
}

/// <summary><c>POST /account</c>: what a user typed about themselves.</summary>
/// <param name="Change">All of it.</param>
/// <param name="Proof">What is needed for a new email and a new user name.</param>
/// <param name="Settles">Whether the email that the account was given without the password is to take the place of the one before.</param>
/// <param name="Unreadable">Rules that are broken by what is no text.</param>
internal sealed record ProfileForm(AccountChange Change, Proof Proof, bool Settles, IReadOnlyList<string> Unreadable)
{
    public static async ValueTask<ProfileForm?> BindAsync(HttpContext context)
    {
        var form = await TypedForm.ReadAsync(context);
        var change = new AccountChange(
            form.Line("forename"), form.Line("lastname"), form.Line("username"), form.Line("country"), form.Line("email"));
        return new(change, form.Proof(), form.Line("settles").Length > 0, form.Unreadable);
    }

    /// <summary>What is so now.</summary>
    public static ProfileForm Of(User user) =>
        new(new AccountChange(user.Forename, user.Lastname, user.UserName, user.Country, user.Email), Proof.None, Settles: false, []);

    /// <summary>What the page shows: never the password.</summary>
    public Dictionary<string, string> Typed => new()
    {
        ["forename"] = Change.Forename!,
        ["lastname"] = Change.Lastname!,
        ["username"] = Change.UserName!,
        ["country"] = Change.Country!.ToLowerInvariant(),
        ["email"] = Change.Email!,
    };

    /// <exception cref="ApiException">Some of it was no text: it is told with all that is wrong (400).</exception>
    public void ThrowIfUnreadable()
    {
        if (Unreadable.Count > 0)
        {
            throw ApiException.BrokenRules([.. Unreadable, .. UserRules.Check(Change)]);
        }
    }

    /// <summary>Never the password.</summary>
    public override string ToString() => nameof(ProfileForm);
}

/// <summary><c>POST /account/password</c>.</summary>
/// <param name="Proof">The password that is so far, and a code.</param>
/// <param name="Password">The new one.</param>
/// <param name="Broken">The rules that the new one breaks.</param>
internal sealed record PasswordForm(Proof Proof, string Password, IReadOnlyList<string> Broken)
{
    public static async ValueTask<PasswordForm?> BindAsync(HttpContext context)
    {
        var form = await TypedForm.ReadAsync(context);
        var (password, proof) = (form.Secret("password"), form.Proof());
        return new(proof, password, [.. form.Unreadable, .. UserRules.CheckPassword(password)]);
    }

    /// <exception cref="ApiException">The new one breaks rules (400).</exception>
    public void ThrowIfBroken()
    {
        if (Broken.Count > 0)
        {
            throw ApiException.BrokenRules(Broken);
        }
    }

    /// <summary>Neither password.</summary>
    public override string ToString() => nameof(PasswordForm);
}

/// <summary>A form that is sent in full knowledge: <c>POST /account/keys</c>, <c>POST /account/delete</c>.</summary>
/// <param name="Proof">The password, and a code.</param>
/// <param name="Agreed">What was to be typed to agree, if anything was.</param>
internal sealed record AgreedForm(Proof Proof, string Agreed)
{
    public static async ValueTask<AgreedForm?> BindAsync(HttpContext context)
    {
        var form = await TypedForm.ReadAsync(context);
        return new(form.Proof(), form.Line("agreed"));
    }

    /// <summary>What the page shows again: never the password.</summary>
    public Dictionary<string, string> Typed => new() { ["agreed"] = Agreed };

    /// <summary>Never the password.</summary>
    public override string ToString() => nameof(AgreedForm);
}
