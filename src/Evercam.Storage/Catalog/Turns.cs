namespace Evercam.Storage.Catalog;

/// <summary>Makes changes that rest on what was read: in one transaction with that look, so that nobody is sent away because others were
/// changing the same.</summary>
public static class Turns
{
    /// <summary>How often it is tried again where somebody got ahead who did not have to wait. Whoever is held first has nobody ahead.</summary>
    private const int Attempts = 5;

    /// <summary>Does something in one transaction, and all of it once more if somebody else got ahead.</summary>
    /// <param name="db">The catalog. What it was about to save, and had read so far, it forgets.</param>
    /// <param name="work">Holds, looks, and saves. What it throws otherwise takes all of it back.</param>
    /// <param name="cancellation">Gives up, as long as it is not done.</param>
    /// <exception cref="TimeoutException">Others got ahead too often: trying again later may help.</exception>
    public static Task<T> InTurnAsync<T>(this EvercamDb db, Func<Task<T>> work, CancellationToken cancellation) =>
        db.InTurnAsync(work, _ => true, cancellation);

    /// <summary>The same, and nothing of it if it says at its end that it cannot be.</summary>
    public static Task<bool> TryInTurnAsync(this EvercamDb db, Func<Task<bool>> work, CancellationToken cancellation) =>
        db.InTurnAsync(work, done => done, cancellation);

    private static async Task<T> InTurnAsync<T>(
        this EvercamDb db, Func<Task<T>> work, Func<T, bool> counts, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            // What is tracked would not be read anew.
            db.ChangeTracker.Clear();
            await using var turn = await db.Database.BeginTransactionAsync(cancellation);
            try
            {
                var done = await work();
                if (counts(done))
                {
                    await turn.CommitAsync(CancellationToken.None);
                }

                return done;
            }
            catch (Exception late) when (late.IsLostRace())
            {
                // Taken back where the transaction ends; the next look tells what is so now.
                if (attempt == Attempts)
                {
                    throw new TimeoutException("Others got ahead of this change again and again.", late);
                }
            }
        }
    }
}
