using Evercam.Storage.Catalog;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Rights;

/// <summary>How long an invitation waits for its person. From its end on it is as if there were none, whenever it is removed.</summary>
internal sealed class InvitationLife(IOptions<ShareOptions> options, TimeProvider clock)
{
    public int Days => options.Value.InvitationDays;

    /// <summary>Those that were made then, or before, wait no longer; Unix seconds.</summary>
    public long EndedBefore => clock.GetUtcNow().AddDays(-Days).ToUnixTimeSeconds();

    /// <summary>The invitations that wait.</summary>
    public IQueryable<Invitation> Waiting(EvercamDb db)
    {
        var ended = EndedBefore;
        return db.Invitations.Where(invitation => invitation.CreatedAt > ended);
    }

    /// <summary>When an invitation ends that was made at a Unix second.</summary>
    public DateTimeOffset EndOf(long createdAt) => DateTimeOffset.FromUnixTimeSeconds(createdAt).AddDays(Days);
}
