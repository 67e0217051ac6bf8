using Evercam.Server.Http;
using Evercam.Storage;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Notices;

/// <summary>Keeps of what users want to be told by mail, for the API and the page.</summary>
internal sealed class MailChoices(EvercamDb db)
{
    /// <summary>What a user is told.</summary>
    public async Task<IReadOnlyList<NoticeKind>> FindAsync(long user, CancellationToken cancellation) =>
        (await db.MailChoices.AsNoTracking().SingleOrDefaultAsync(c => c.UserKey == user, cancellation))?.Kinds ?? MailChoice.Unasked;

    /// <summary>Keeps a choice.</summary>
    /// <exception cref="ApiException">There is no such user any more (404).</exception>
    public async Task ChooseAsync(long user, IReadOnlyList<NoticeKind> kinds, CancellationToken cancellation)
    {
        for (var isAgain = false; ; isAgain = true)
        {
            var choice = await db.MailChoices.SingleOrDefaultAsync(c => c.UserKey == user, cancellation)
                ?? db.Add(new MailChoice { UserKey = user, Kinds = [] }).Entity;
            choice.Kinds = [.. kinds];
            try
            {
                await db.SaveChangesAsync(cancellation);
                return;
            }
            catch (DbUpdateException refused) when (!refused.IsDatabaseUnavailable())
            {
                // Somebody was faster, or the user is gone: the second look tells which.
                db.ChangeTracker.Clear();
                if (isAgain)
                {
                    throw ApiException.NotFound("user does not exist");
                }
            }
        }
    }
}
