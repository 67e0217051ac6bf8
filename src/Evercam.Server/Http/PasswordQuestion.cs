using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Http;

/// <summary>Asks users who are logged in for their password once more, before what a browser that somebody left open must not do.</summary>
internal sealed class PasswordQuestion(EvercamDb db, PasswordDoor door)
{
    /// <summary>The field of a form that it is typed into.</summary>
    public const string Field = "current";

    /// <summary>The rule that a wrong one breaks.</summary>
    public const string Wrong = "current is wrong";

    /// <summary>The same for people.</summary>
    public const string WrongWords = "This is not your password.";

    /// <exception cref="ApiException">It is not the password (400), or there were too many wrong ones (429).</exception>
    public async Task CheckAsync(HttpContext context, string password, CancellationToken cancellation)
    {
        var key = Visitor.Of(context)?.UserKey;
        var user = await db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Id == key, cancellation) ?? throw ApiException.NotFound();
        if (!await door.OpensAsync(user, user.UserName!, password, context.Connection.RemoteIpAddress, cancellation))
        {
            throw ApiException.BrokenRule(Wrong);
        }
    }
}
