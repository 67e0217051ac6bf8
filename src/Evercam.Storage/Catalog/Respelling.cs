using Microsoft.EntityFrameworkCore;

namespace Evercam.Storage.Catalog;

/// <summary>Brings emails that were taken in before they were compared as <see cref="Mailbox"/> has them to that form. It is done at each
/// start: what is so already costs a look through an index.</summary>
/// <remarks>
/// Two accounts may have the same mailbox by then. Neither is lost: whoever has proven it has it, else whoever is found by it already, else
/// whoever came first, and the other keeps all but that. It is not found by the email and gets nothing that is meant for its reader; its user logs in by name, and may give it
/// another email. Should the first one go, or change, the next start gives the mailbox to the other.
/// </remarks>
internal static class Respelling
{
    /// <summary>What parts the number of an account from a mailbox that it has to leave to another: no email holds it.</summary>
    private const char Left = ':';

    /// <summary>Emails that may be compared otherwise than they are kept. The expression is the same in both dialects.</summary>
    private const string Odd = "(octet_length({0}) <> length({0}) OR {0} LIKE '%.' OR {0} LIKE '%:%')";

    /// <summary>Respells what has to be, in one transaction.</summary>
    /// <param name="db">The catalog.</param>
    /// <param name="now">Tells which former emails still count.</param>
    /// <param name="cancellation">Changes nothing.</param>
    /// <returns>The accounts that leave a mailbox to another one, and that one.</returns>
    public static async Task<IReadOnlyList<(string Kept, string Left)>> RunAsync(
        EvercamDb db, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var together = await db.Database.BeginTransactionAsync(cancellation);
        var left = await RespellUsersAsync(db, now.ToUnixTimeSeconds(), cancellation);
        await RespellFormerAsync(db, cancellation);
        await RespellInvitationsAsync(db, cancellation);
        await RespellCodesAsync(db, cancellation);
        await together.CommitAsync(cancellation);
        return left;
    }

    private static async Task<List<(string Kept, string Left)>> RespellUsersAsync(EvercamDb db, long now, CancellationToken cancellation)
    {
        var left = new List<(string, string)>();
        var odd = await OddAsync(db.Users, "users", "normalized_email", cancellation);
        foreach (var same in odd.GroupBy(user => Mailbox.Of(user.Email!)).Where(same => same.Any(user => user.NormalizedEmail != same.Key)))
        {
            var mailbox = same.Key;
            var holders = await db.Users.AsNoTracking().Where(user => user.NormalizedEmail == mailbox).ToListAsync(cancellation);
            var claimants = same.UnionBy(holders, user => user.Id)
                .OrderBy(user => user.ConfirmedAt is null).ThenBy(user => user.IsProven)
                .ThenBy(user => user.NormalizedEmail != mailbox).ThenBy(user => user.Id).ToList();
            // Whoever can still take a change back has proven this one: it is nobody else's before that time is over.
            var former = await db.Users.AsNoTracking()
                .Where(user => user.NormalizedFormerEmail == mailbox && (user.ConfirmedAt == null || user.FormerEmailUntil == null || user.FormerEmailUntil > now))
                .OrderBy(user => user.Id).FirstOrDefaultAsync(cancellation);
            var holder = former is null ? claimants[0] : claimants.Find(user => user.Id == former.Id);
            foreach (var other in claimants.Where(user => user != holder && user.NormalizedEmail != Beside(user, mailbox)))
            {
                await SpellAsync(db, other, Beside(other, mailbox), cancellation);
                left.Add(((holder ?? former)!.UserName!, other.UserName!));
            }

            if (holder is not null)
            {
                await SpellAsync(db, holder, mailbox, cancellation);
            }
        }

        return left;
    }

    /// <summary>How an account is found that has to leave a mailbox to another: not by it.</summary>
    internal static string Beside(User user, string mailbox) => $"{user.Id}{Left}{mailbox}";

    private static async Task SpellAsync(EvercamDb db, User user, string mailbox, CancellationToken cancellation) =>
        await db.Users.Where(u => u.Id == user.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(u => u.NormalizedEmail, mailbox), cancellation);

    /// <summary>A former email that is somebody else's by now, or was, cannot be given back.</summary>
    private static async Task RespellFormerAsync(EvercamDb db, CancellationToken cancellation)
    {
        var odd = await OddAsync(db.Users, "users", "normalized_former_email", cancellation);
        foreach (var user in odd.Where(user => user.NormalizedFormerEmail != Mailbox.Of(user.FormerEmail!)))
        {
            var mailbox = Mailbox.Of(user.FormerEmail!);
            var isTaken = await db.Users.AnyAsync(
                u => u.Id != user.Id && (u.NormalizedEmail == mailbox || u.NormalizedFormerEmail == mailbox), cancellation);
            var former = isTaken ? Beside(user, mailbox) : mailbox;
            await db.Users.Where(u => u.Id == user.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(u => u.NormalizedFormerEmail, former), cancellation);
        }
    }

    /// <summary>Of two invitations of one person to a camera one stays, and promises what both did.</summary>
    private static async Task RespellInvitationsAsync(EvercamDb db, CancellationToken cancellation)
    {
        var odd = await OddAsync(db.Invitations, "invitations", "normalized_email", cancellation);
        foreach (var other in odd.Where(one => one.NormalizedEmail != Mailbox.Of(one.Email)))
        {
            var mailbox = Mailbox.Of(other.Email);
            var (same, row) = (
                db.Invitations.Where(one => one.CameraKey == other.CameraKey && one.NormalizedEmail == mailbox),
                db.Invitations.Where(one => one.Key == other.Key));
            if (await same.Select(one => (CameraRights?)one.Rights).SingleOrDefaultAsync(cancellation) is not { } rights)
            {
                await row.ExecuteUpdateAsync(set => set.SetProperty(one => one.NormalizedEmail, mailbox), cancellation);
                continue;
            }

            await row.ExecuteDeleteAsync(cancellation);
            await same.ExecuteUpdateAsync(set => set.SetProperty(one => one.Rights, rights | other.Rights), cancellation);
        }
    }

    private static async Task RespellCodesAsync(EvercamDb db, CancellationToken cancellation)
    {
        var odd = await OddAsync(db.Codes, "codes", "email", cancellation);
        foreach (var code in odd.Where(code => code.Email != Mailbox.Of(code.Email)))
        {
            var mailbox = Mailbox.Of(code.Email);
            await db.Codes.Where(c => c.Key == code.Key).ExecuteUpdateAsync(set => set.SetProperty(c => c.Email, mailbox), cancellation);
        }
    }

    private static async Task<List<T>> OddAsync<T>(DbSet<T> rows, string table, string column, CancellationToken cancellation)
        where T : class
    {
        var condition = Odd.Replace("{0}", column, StringComparison.Ordinal);
#pragma warning disable EF1002 // The names are ours.
        return await rows.FromSqlRaw($"SELECT * FROM {table} WHERE {condition}").AsNoTracking().ToListAsync(cancellation);
#pragma warning restore EF1002
    }
}
