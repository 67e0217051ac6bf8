using System.Linq.Expressions;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Evercam.Server.OAuth;

/// <summary>What a token is made for.</summary>
/// <param name="ClientKey">The application that will use it.</param>
/// <param name="UserKey">The user for whom it acts.</param>
/// <param name="Scope">What was asked for, in the application's words.</param>
/// <param name="Rights">What that means, see <see cref="Server.Rights.Scope.Write"/>.</param>
internal sealed record TokenTerms(long ClientKey, long UserKey, string Scope, string Rights)
{
    /// <summary>The code that it comes from; <see langword="null"/> if it comes from none.</summary>
    public long? CodeKey { get; init; }

    /// <summary>Of a code: where it is sent.</summary>
    public string? RedirectUri { get; init; }

    /// <summary>Of a code: what its client must know the original of.</summary>
    public string? CodeChallenge { get; init; }

    /// <summary>Whether the client must show its secret with it.</summary>
    public bool NeedsSecret { get; init; }
}

/// <summary>Writes tokens and codes, finds them, and ends them. When they may be given out is for <see cref="Issuance"/> to say, and
/// <see cref="Revocation"/> takes them back.</summary>
internal sealed class Tokens(EvercamDb db, IOptions<OAuthOptions> options, TimeProvider clock)
{
    private long Now => clock.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>Makes a token, in the transaction that holds what it rests on (<see cref="Entrusting.HoldForTokensAsync"/>).</summary>
    /// <returns>What the client will show. It is not kept.</returns>
    public async Task<string> IssueAsync(TokenKind kind, TokenTerms terms, CancellationToken cancellation)
    {
        var secret = RandomSecret.Create();
        db.Add(new Token
        {
            Kind = kind,
            Hash = RandomSecret.HashOf(secret),
            ClientKey = terms.ClientKey,
            UserKey = terms.UserKey,
            Scope = terms.Scope,
            Rights = terms.Rights,
            CodeKey = terms.CodeKey,
            RedirectUri = kind == TokenKind.Code ? terms.RedirectUri : null,
            CodeChallenge = kind == TokenKind.Code ? terms.CodeChallenge : null,
            NeedsSecret = terms.NeedsSecret,
            CreatedAt = Now,
            ExpiresAt = Now + (long)LifetimeOf(kind).TotalSeconds,
        });
        await db.SaveChangesAsync(cancellation);
        return secret;
    }

    /// <summary>The token that this is, used or ended or not; <see langword="null"/> if it is none that we know.</summary>
    public Task<Token?> FindAsync(string secret, CancellationToken cancellation)
    {
        var hash = RandomSecret.HashOf(secret);
        return db.Tokens.AsNoTracking().Include(token => token.Client!.Credential).Include(token => token.User)
            .SingleOrDefaultAsync(token => token.Hash == hash, cancellation);
    }

    /// <summary>Whether this is good now.</summary>
    public bool IsGood(Token token) => token is { RevokedAt: null, UsedAt: null } && token.ExpiresAt > Now;

    /// <summary>Whether this is a token, and good now.</summary>
    public async Task<bool> IsGoodAsync(string secret, CancellationToken cancellation) =>
        await FindAsync(secret, cancellation) is { } token && IsGood(token);

    /// <summary>Uses up a code or a refresh token.</summary>
    /// <returns><see langword="false"/> if someone has used it before.</returns>
    public async Task<bool> UseAsync(Token token, CancellationToken cancellation)
    {
        var now = Now;
        return await db.Tokens.Where(t => t.Key == token.Key && t.UsedAt == null && t.RevokedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.UsedAt, now), cancellation) == 1;
    }

    /// <summary>Ends a token, and what could be exchanged for another in its stead. This and the two below: in the transaction that holds
    /// the user (<see cref="Entrusting.HoldForWithdrawalAsync"/>).</summary>
    public Task RevokeAsync(Token token, CancellationToken cancellation) => RevokeAsync(
        t => t.Key == token.Key || (token.CodeKey != null && t.CodeKey == token.CodeKey && t.Kind == TokenKind.Refresh), cancellation);

    /// <summary>Ends all that came from a code.</summary>
    public Task RevokeAllOfCodeAsync(Token token, CancellationToken cancellation)
    {
        var code = token.CodeKey ?? token.Key;
        return RevokeAsync(t => t.Key == code || t.CodeKey == code, cancellation);
    }

    /// <summary>Ends all that a client has to act for a user.</summary>
    public Task RevokeAllAsync(long clientKey, long userKey, CancellationToken cancellation) =>
        RevokeAsync(t => t.ClientKey == clientKey && t.UserKey == userKey, cancellation);

    private async Task RevokeAsync(Expression<Func<Token, bool>> which, CancellationToken cancellation)
    {
        var now = Now;
        await db.Tokens.Where(which).Where(t => t.RevokedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.RevokedAt, now), cancellation);
    }

    private TimeSpan LifetimeOf(TokenKind kind) => kind switch
    {
        TokenKind.Code => OAuthOptions.CodeLifetime,
        TokenKind.Refresh => options.Value.RefreshTokenLifetime,
        _ => options.Value.AccessTokenLifetime,
    };
}
