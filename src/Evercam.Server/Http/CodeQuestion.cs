using System.Net;
using Evercam.Server.Mail;
using Evercam.Storage.Catalog;

namespace Evercam.Server.Http;

/// <summary>Asks for a code of the second factor, wherever one is asked for. Of wrong ones, which come behind a right password, the user
/// hears by mail: the bounds of <see cref="CodeDoor"/> rely on that.</summary>
internal sealed class CodeQuestion(EvercamDb db, CodeDoor door, OwnerNews news)
{
    /// <summary>Whether this is a code of the user's second factor, or one of the recovery codes. It is used up by that.</summary>
    /// <param name="user">Whose.</param>
    /// <param name="code">As it was typed.</param>
    /// <param name="source">Where the request comes from.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <exception cref="ApiException">There were too many wrong ones (429).</exception>
    public async Task<bool> IsRightAsync(User user, string code, IPAddress? source, CancellationToken cancellation)
    {
        if (await door.OpensAsync(db, user.Id, code, source, cancellation))
        {
            return true;
        }

        if (door.MayWarn(user.Id))
        {
            news.Add(user, Alarm.WrongCodes);
            await db.SaveChangesAsync(cancellation);
        }

        return false;
    }
}
