using Evercam.Server.Http;
using Evercam.Server.Rights;
using Evercam.Storage;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.OAuth;

/// <summary>What became of the wish for a code or for tokens.</summary>
internal enum IssueOutcome
{
    /// <summary>They are given out.</summary>
    Issued = 1,

    /// <summary>There is no such application any more.</summary>
    NoClient = 2,

    /// <summary>The user's log-in has ended.</summary>
    LoggedOut = 3,

    /// <summary>The user says no, cannot say yes, or has taken it back.</summary>
    Denied = 4,

    /// <summary>The user has not agreed to it yet.</summary>
    NotAgreed = 5,

    /// <summary>What was to be exchanged was used or ended before.</summary>
    UsedBefore = 6,

    /// <summary>More is asked for than was agreed to, or what nobody can read.</summary>
    InvalidScope = 7,
}

/// <summary>What was given out in this request: it is for the protocol to hand on.</summary>
/// <param name="Secrets">What the client will show, by what it is good for.</param>
/// <param name="Scope">What the access token is good for, in the application's words.</param>
internal sealed record IssuedTokens(IReadOnlyDictionary<TokenKind, string> Secrets, string Scope)
{
    public static IssuedTokens? Of(HttpContext context) => context.Features.Get<IssuedTokens>();

    /// <summary>Never the secrets.</summary>
    public override string ToString() => nameof(IssuedTokens);
}

/// <summary>Gives out codes and tokens, each time in one transaction with the look at what they rest on: when somebody takes that
/// back, either nothing is given out any more, or what was given out is there to be ended.</summary>
internal sealed class Issuance(EvercamDb db, Consents consents, Tokens tokens)
{
    /// <summary>How often it is tried again where someone else got ahead.</summary>
    private const int Attempts = 5;

    /// <summary>Gives out what an application asks a user for (contract 2.2, steps 5 to 8).</summary>
    /// <param name="visitor">The user, and the log-in that must still be there.</param>
    /// <param name="question">What is asked.</param>
    /// <param name="answer">What the user says; <see langword="null"/> if only what was agreed to before counts.</param>
    /// <param name="challenge">What the client must know the original of, if it will prove itself so.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    public async Task<(IssueOutcome Outcome, IssuedTokens? Issued)> AnswerAsync(
        Visitor visitor, Question question, Answer? answer, string? challenge, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await TryAnswerAsync(visitor, question, answer, challenge, cancellation);
            }
            catch (DbUpdateException refused) when (attempt < Attempts && !refused.IsDatabaseUnavailable())
            {
                // A camera is gone, or the application: the next look tells which.
                db.ChangeTracker.Clear();
            }
        }
    }

    /// <summary>Exchanges a code or a refresh token, once, if the user still agrees. The next refresh token is good for all that this one is,
    /// however little the access token is to do.</summary>
    /// <param name="token">The code or the token.</param>
    /// <param name="scope">What the access token is to be good for; blank for all that there is.</param>
    /// <param name="needsSecret">Whether the client must show its secret the next time.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    public async Task<(IssueOutcome Outcome, IssuedTokens? Issued)> ExchangeAsync(
        Token token, string? scope, bool needsSecret, CancellationToken cancellation)
    {
        await using var together = await db.Database.BeginTransactionAsync(cancellation);
        await db.HoldForTokensAsync(token.UserKey, token.ClientKey, cancellation);
        if (!await consents.CoverAsync(token.ClientKey, Scope.Read(token.UserKey, token.Rights), cancellation))
        {
            return (IssueOutcome.Denied, null);
        }

        var wanted = string.IsNullOrEmpty(scope) ? (token.Scope, token.Rights) : await NarrowAsync(token, scope, cancellation);
        if (wanted is not var (words, rights))
        {
            return (IssueOutcome.InvalidScope, null);
        }

        if (!await tokens.UseAsync(token, cancellation))
        {
            return (IssueOutcome.UsedBefore, null);
        }

        var terms = new TokenTerms(token.ClientKey, token.UserKey, token.Scope, token.Rights)
        {
            CodeKey = token.CodeKey ?? token.Key,
            NeedsSecret = needsSecret,
        };
        var issued = await IssueAsync([(TokenKind.Access, terms with { Scope = words, Rights = rights }), (TokenKind.Refresh, terms)], cancellation);
        await together.CommitAsync(CancellationToken.None);
        return (IssueOutcome.Issued, issued);
    }

    /// <summary>Reads what is wanted of a token's rights; <see langword="null"/> if it is more than these, or cannot be read.</summary>
    private async Task<(string Words, string Rights)?> NarrowAsync(Token token, string scope, CancellationToken cancellation)
    {
        if (AskedScope.Read(scope) is not { } asked || await consents.FindAsync(token.UserKey, asked, cancellation) is not { } scopes)
        {
            return null;
        }

        var held = Scope.Read(token.UserKey, token.Rights);
        return scopes.All(one => held.Any(had => had with { Rights = one.Rights } == one && had.Rights.HasFlag(one.Rights)))
            ? (string.Join(' ', AskedScope.Split(scope).Distinct()), Scope.Write(scopes))
            : null;
    }

    private async Task<(IssueOutcome Outcome, IssuedTokens? Issued)> TryAnswerAsync(
        Visitor visitor, Question question, Answer? answer, string? challenge, CancellationToken cancellation)
    {
        await using var together = await db.Database.BeginTransactionAsync(cancellation);
        await (answer is { IsApproved: true }
            ? db.HoldForConsentAsync(visitor.UserKey, question.ClientKey, cancellation)
            : db.HoldForTokensAsync(visitor.UserKey, question.ClientKey, cancellation));
        if (!await db.Clients.AnyAsync(client => client.Key == question.ClientKey, cancellation))
        {
            return (IssueOutcome.NoClient, null);
        }

        if (!await db.Sessions.AnyAsync(session => session.Key == visitor.SessionKey, cancellation))
        {
            return (IssueOutcome.LoggedOut, null);
        }

        var scopes = await consents.WouldAllowAsync(visitor.UserKey, question.Scopes, cancellation);
        if (scopes is null || answer is { IsApproved: false })
        {
            return (IssueOutcome.Denied, null);
        }

        if (answer is not null)
        {
            await consents.RememberAsync(question.ClientKey, scopes, cancellation);
        }
        else if (!await consents.CoverAsync(question.ClientKey, scopes, cancellation))
        {
            return (IssueOutcome.NotAgreed, null);
        }

        var terms = new TokenTerms(question.ClientKey, visitor.UserKey, question.Scope, Scope.Write(scopes))
        {
            RedirectUri = question.RedirectUri,
            CodeChallenge = challenge,
            NeedsSecret = challenge is null,
        };
        var issued = await IssueAsync([(question.ByCode ? TokenKind.Code : TokenKind.Access, terms)], cancellation);
        await together.CommitAsync(CancellationToken.None);
        return (IssueOutcome.Issued, issued);
    }

    private async Task<IssuedTokens> IssueAsync((TokenKind Kind, TokenTerms Terms)[] wanted, CancellationToken cancellation)
    {
        var secrets = new Dictionary<TokenKind, string>();
        foreach (var (kind, terms) in wanted)
        {
            secrets[kind] = await tokens.IssueAsync(kind, terms, cancellation);
        }

        return new(secrets, string.Join(' ', AskedScope.Split(wanted[0].Terms.Scope)));
    }
}
