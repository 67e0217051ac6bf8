using Evercam.Server.Pages;

namespace Evercam.Server.SecondFactors;

/// <summary>What the forms of the page send.</summary>
/// <param name="Action">Which button it was: <c>on</c>, <c>off</c> or <c>codes</c>.</param>
/// <param name="Password">The user's password.</param>
/// <param name="Code">A code of the app, or a recovery code.</param>
/// <param name="Sealed">Of <c>on</c>: the new factor.</param>
internal sealed record SecondFactorForm(string Action, string Password, string Code, string Sealed)
{
    public static async ValueTask<SecondFactorForm?> BindAsync(HttpContext context)
    {
        var form = await TypedForm.ReadAsync(context);
        return new(form.Line("action"), form.Secret("password"), form.Line("code"), form.Line("factor"));
    }

    /// <summary>Never the password, the code or the secret.</summary>
    public override string ToString() => $"{nameof(SecondFactorForm)} {Action}";
}
