using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Evercam.Server.Http;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.OAuth;

/// <summary>The one question that waits for an answer in each session (contract 2.5): so no form can answer a question that was
/// not asked, none can be answered twice, and a new one replaces the old.</summary>
internal sealed class Questions(EvercamDb db, TimeProvider clock)
{
    /// <summary>What the page that asks says back with the answer: an older page, left open in another window, answers nothing that was asked
    /// since, and nothing that was asked of somebody else.</summary>
    /// <param name="visitor">Who is asked. Of the same user, too, another log-in is asked anew.</param>
    /// <param name="query">The query of the application's request.</param>
    public static string MarkOf(Visitor visitor, string query) => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{visitor.UserKey} {visitor.SessionKey} {query}"))));

    /// <param name="visitor">Whose session.</param>
    /// <param name="query">The query of the application's request.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    public Task AskAsync(Visitor visitor, string query, CancellationToken cancellation)
    {
        var until = (clock.GetUtcNow() + OAuthOptions.QuestionLifetime).ToUnixTimeSeconds();
        return db.Sessions.Where(session => session.Key == visitor.SessionKey).ExecuteUpdateAsync(
            set => set.SetProperty(session => session.Question, query).SetProperty(session => session.QuestionExpiresAt, until),
            cancellation);
    }

    /// <summary>Takes the question, so that nobody else answers it.</summary>
    /// <param name="visitor">Whose session.</param>
    /// <param name="mark">Which question is answered; <see langword="null"/> if the form does not say.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <returns>The query of the application's request; <see langword="null"/> if no question waits, or another one.</returns>
    public async Task<string?> TakeAsync(Visitor visitor, string? mark, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var waiting = db.Sessions.Where(session => session.Key == visitor.SessionKey && session.QuestionExpiresAt > now);
        var query = await waiting.Select(session => session.Question).SingleOrDefaultAsync(cancellation);
        return query is not null && (mark is null || mark == MarkOf(visitor, query)) && await waiting.Where(session => session.Question == query).ExecuteUpdateAsync(
            set => set.SetProperty(session => session.Question, (string?)null), cancellation) == 1
            ? query
            : null;
    }
}
