using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Http;

/// <summary>What a user shows once more who is logged in.</summary>
/// <param name="Password">The password.</param>
/// <param name="Code">A code of the second factor, or a recovery code; it is asked for where there is one.</param>
internal sealed record Proof(string Password, string Code)
{
    public static Proof None { get; } = new("", "");

    /// <summary>Neither of them.</summary>
    public override string ToString() => nameof(Proof);
}

/// <summary>Asks users who are logged in for their password once more, and for a code if they have a second factor, before what a browser
/// that somebody left open must not do, nor a thief of the password alone.</summary>
internal sealed class PasswordQuestion(EvercamDb db, PasswordDoor door, CodeQuestion codes)
{
    /// <summary>The field of a form that the password is typed into.</summary>
    public const string Field = "current";

    /// <summary>The field of a form that the code is typed into.</summary>
    public const string CodeField = "code";

    /// <summary>The rule that a wrong password breaks.</summary>
    public const string Wrong = "current is wrong";

    /// <summary>The rule that a wrong code breaks.</summary>
    public const string WrongCode = "code is wrong";

    /// <summary>The first for people.</summary>
    public const string WrongWords = "This is not your password.";

    /// <summary>The second for people.</summary>
    public const string WrongCodeWords = "This code is not right, or was used before. Wait for the next one.";

    /// <returns>The user as they were: what is done because of this password may have to ask whether it still is.</returns>
    /// <exception cref="ApiException">It is not the password, or no good code (400), or there were too many wrong ones (429).</exception>
    public async Task<User> CheckAsync(HttpContext context, Proof proof, CancellationToken cancellation)
    {
        var (key, source) = (Visitor.Of(context)?.UserKey, context.Connection.RemoteIpAddress);
        var user = await db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Id == key, cancellation) ?? throw ApiException.NotFound();
        if (!await door.OpensAsync(user, user.UserName!, proof.Password, source, cancellation))
        {
            throw ApiException.BrokenRule(Wrong);
        }

        if (user.TwoFactorEnabled && !await codes.IsRightAsync(user, proof.Code, source, cancellation))
        {
            throw ApiException.BrokenRule(WrongCode);
        }

        return user;
    }
}
