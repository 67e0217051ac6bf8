using Evercam.Server.Http;

namespace Evercam.Server.LogIn;

/// <summary><c>POST /login</c>.</summary>
/// <param name="Login">User name or email.</param>
/// <param name="Password">The password.</param>
/// <param name="Then">The local path to go on to; <see langword="null"/> for the start page.</param>
internal sealed record LogInRequest(string Login, string Password, string? Then)
{
    public static ValueTask<LogInRequest?> BindAsync(HttpContext context) => Params.BindAsync(context, read => new LogInRequest(
        read.Text("username") ?? "", read.Text("password") ?? "", LocalPath.Of(read.Text("rt"))));

    /// <summary>Never the password.</summary>
    public override string ToString() => $"{nameof(LogInRequest)} {Login}";
}

/// <summary><c>GET /login</c> and <c>GET /login/code</c>.</summary>
/// <param name="Then">The local path to go on to; <see langword="null"/> for the start page.</param>
internal sealed record LogInForm(string? Then)
{
    public static ValueTask<LogInForm?> BindAsync(HttpContext context) =>
        Params.BindAsync(context, read => new LogInForm(LocalPath.Of(read.Text("rt"))));
}

/// <summary><c>POST /login/code</c>.</summary>
/// <param name="Code">A code of the second factor, or a recovery code.</param>
/// <param name="Then">The local path to go on to; <see langword="null"/> for the start page.</param>
internal sealed record CodeRequest(string Code, string? Then)
{
    public static ValueTask<CodeRequest?> BindAsync(HttpContext context) => Params.BindAsync(
        context, read => new CodeRequest(read.Text("code") ?? "", LocalPath.Of(read.Text("rt"))));

    /// <summary>Never the code.</summary>
    public override string ToString() => nameof(CodeRequest);
}
