using Evercam.Server.Pages;

namespace Evercam.Server.LogIn;

/// <summary><c>POST /login</c>.</summary>
/// <param name="Login">User name or email.</param>
/// <param name="Password">The password.</param>
/// <param name="Then">The local path to go on to; <see langword="null"/> for the start page.</param>
internal sealed record LogInRequest(string Login, string Password, string? Then)
{
    /// <summary>What is no text is nobody's name and no password.</summary>
    public static async ValueTask<LogInRequest?> BindAsync(HttpContext context)
    {
        var form = await TypedForm.ReadAsync(context);
        return new(form.Secret("username"), form.Secret("password"), form.Then());
    }

    /// <summary>Never the password.</summary>
    public override string ToString() => $"{nameof(LogInRequest)} {Login}";
}

/// <summary><c>GET /login</c> and <c>GET /login/code</c>.</summary>
/// <param name="Then">The local path to go on to; <see langword="null"/> for the start page.</param>
internal sealed record LogInForm(string? Then)
{
    public static async ValueTask<LogInForm?> BindAsync(HttpContext context) => new((await TypedForm.ReadAsync(context)).Then());
}

/// <summary><c>POST /login/code</c>.</summary>
/// <param name="Code">A code of the second factor, or a recovery code.</param>
/// <param name="Then">The local path to go on to; <see langword="null"/> for the start page.</param>
internal sealed record CodeRequest(string Code, string? Then)
{
    public static async ValueTask<CodeRequest?> BindAsync(HttpContext context)
    {
        var form = await TypedForm.ReadAsync(context);
        return new(form.Secret("code"), form.Then());
    }

    /// <summary>Never the code.</summary>
    public override string ToString() => nameof(CodeRequest);
}
