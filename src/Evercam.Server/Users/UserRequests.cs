using Evercam.Server.Http;
using Evercam.Server.Pages;

namespace Evercam.Server.Users;

/// <summary><c>POST /users</c>: a person who wants an account.</summary>
internal sealed record SignUp(
    string Forename, string Lastname, string UserName, string Country, string Email, string Password)
{
    /// <summary>The code of the mail that invited them, where only such people may sign up.</summary>
    public string? Invitation { get; init; }

    public static ValueTask<SignUp?> BindAsync(HttpContext context) => Params.BindAsync(context, read => new SignUp(
        read.RequiredText("forename"),
        read.RequiredText("lastname"),
        read.RequiredText("username"),
        read.RequiredText("country"),
        read.RequiredText("email"),
        read.RequiredText("password"))
    {
        Invitation = read.AddedText("invitation"),
    });

    /// <summary>Never the password, nor the code.</summary>
    public override string ToString() => $"{nameof(SignUp)} {UserName}";
}

/// <summary><c>PATCH /users/{id}</c>: what is <see langword="null"/> stays as it is.</summary>
internal sealed record AccountChange(string? Forename, string? Lastname, string? UserName, string? Country, string? Email)
{
    public bool IsEmpty => this is { Forename: null, Lastname: null, UserName: null, Country: null, Email: null };

    public static ValueTask<AccountChange?> BindAsync(HttpContext context) => Params.BindAsync(context, read => new AccountChange(
        read.Text("forename"), read.Text("lastname"), read.Text("username"), read.Text("country"), read.Text("email")));
}

/// <summary><c>GET /testusername</c>: a user name or an email that someone would like to have.</summary>
internal sealed record NameRequest(string Login)
{
    public static ValueTask<NameRequest?> BindAsync(HttpContext context) =>
        Params.BindAsync(context, read => new NameRequest(read.RequiredText("username")));
}

/// <summary><c>GET /users/{id}/credentials</c>.</summary>
internal sealed record KeysRequest(string Login, string Password)
{
    public static ValueTask<KeysRequest?> BindAsync(HttpContext context) =>
        Params.BindAsync(context, read => new KeysRequest(read.RequiredText("id"), read.RequiredText("password")));

    /// <summary>Never the password.</summary>
    public override string ToString() => $"{nameof(KeysRequest)} {Login}";
}

/// <summary><c>/confirm</c>, and where links of other mails lead. Pages name the account that the code belongs to, never this
/// one.</summary>
/// <param name="Login">Who, as the link says.</param>
/// <param name="Code">The code of the mail.</param>
internal sealed record ConfirmRequest(string Login, string Code)
{
    /// <summary>What is no text is no code, and nobody's.</summary>
    public static async ValueTask<ConfirmRequest?> BindAsync(HttpContext context)
    {
        var form = await TypedForm.ReadAsync(context);
        return new(form.Secret("u"), form.Secret("c"));
    }

    /// <summary>Never the code.</summary>
    public override string ToString() => $"{nameof(ConfirmRequest)} {Login}";
}
