using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Http;

/// <summary>
/// The one place where passwords are tried. Guessing is throttled by account and by source, on every door alike: by both together
/// first, so that nobody shuts others out from one place, and by each alone. An account that does not exist takes as long as one that does,
/// and is throttled like one.
/// </summary>
internal sealed class PasswordDoor : IDisposable
{
    /// <summary>Half of the processors at most may be busy with hashes, so that guessing cannot starve the
    /// rest.</summary>
    private readonly SemaphoreSlim hashing;

    /// <summary>What is being tried just now: it ends when the answer is known.</summary>
    private readonly ConcurrentDictionary<SecretHash, Task> underWay = new();

    /// <summary>Passwords that matched, with the stored hash that they matched: good until that changes, so that a
    /// program that sends its password all day costs one slow hash an hour, and nobody else's guessing locks it
    /// out.</summary>
    private readonly ShortMemory<SecretHash, string> matched;

    private readonly IPasswordHasher<User> hasher;
    private readonly KeyedHash secrets;
    private readonly HttpOptions options;
    private readonly AttemptCounter guesses;
    private readonly Lazy<string> nobodysHash;

    public PasswordDoor(
        IPasswordHasher<User> hasher, KeyedHash secrets, IOptions<HttpOptions> options, TimeProvider clock, int? turns = null)
    {
        hashing = new(turns ?? Math.Max(1, Environment.ProcessorCount / 2));
        this.hasher = hasher;
        this.secrets = secrets;
        this.options = options.Value;
        guesses = new(this.options.GuessWindow, clock);
        matched = new(TimeSpan.FromHours(1), capacity: 100_000, clock);
        nobodysHash = new(() => hasher.HashPassword(null!, Guid.NewGuid().ToString()));
    }

    /// <summary>Whether this is the password of this account.</summary>
    /// <param name="user">The account; <see langword="null"/> if there is none.</param>
    /// <param name="login">What the account was looked up by.</param>
    /// <param name="password">The password to try.</param>
    /// <param name="source">Where the request comes from.</param>
    /// <param name="cancellation">Ends the wait for a turn.</param>
    /// <exception cref="ApiException">There were too many wrong ones (429).</exception>
    public async ValueTask<bool> OpensAsync(
        User? user, string login, string password, IPAddress? source, CancellationToken cancellation)
    {
        var account = user is null ? Logins.Normal(login) : user.Id.ToString(CultureInfo.InvariantCulture);
        var secret = secrets.Of(CallerScheme.Basic, account, password);
        var guess = new Guess(
            secrets.Of(CallerScheme.Basic, "source", SourceNetwork.Of(source)),
            secrets.Of(CallerScheme.Basic, user is null ? $"login {account}" : $"user {account}", SourceNetwork.Of(source)),
            secrets.Of(CallerScheme.Basic, user is null ? "login" : "user", account));
        while (!HasMatched(user, secret))
        {
            ThrowIfShut(guess);
            var ours = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var first = underWay.GetOrAdd(secret, ours.Task);
            if (first != ours.Task)
            {
                // Someone tries the same at this moment: if it is right, it was one guess for all of them.
                await first.WaitAsync(cancellation);
                continue;
            }

            try
            {
                return await TryInTurnAsync(user, password, secret, guess, cancellation);
            }
            finally
            {
                underWay.TryRemove(secret, out _);
                ours.SetResult();
            }
        }

        return true;
    }

    /// <summary>The hash to keep of an account's new password, made in turn with the tries.</summary>
    public async ValueTask<string> HashAsync(User user, string password, CancellationToken cancellation)
    {
        await hashing.WaitAsync(cancellation);
        try
        {
            return hasher.HashPassword(user, password);
        }
        finally
        {
            hashing.Release();
        }
    }

    public void Dispose() => hashing.Dispose();

    private bool HasMatched(User? user, SecretHash secret) =>
        user?.PasswordHash is { } stored && matched.TryGet(secret, out var then) && then == stored;

    /// <summary>Who is shut out is told at once, and takes no place in the queue. Not counted here: of many requests that come
    /// together with the right password, only the first is a guess.</summary>
    private void ThrowIfShut(Guess guess)
    {
        if (!guesses.Allows(guess.Source, options.GuessesPerSource, out var wait)
            || !guesses.Allows(guess.AccountFromSource, options.GuessesPerAccount, out wait)
            || !guesses.Allows(guess.Account, options.GuessesPerAccountFromAll, out wait))
        {
            throw ApiException.TooManyRequests(wait);
        }
    }

    private async Task<bool> TryInTurnAsync(
        User? user, string password, SecretHash secret, Guess guess, CancellationToken cancellation)
    {
        await hashing.WaitAsync(cancellation);
        try
        {
            return HasMatched(user, secret) || Try(user, password, secret, guess);
        }
        finally
        {
            hashing.Release();
        }
    }

    private bool Try(User? user, string password, SecretHash secret, Guess guess)
    {
        var ticket = matched.Ticket;
        // Counted before the hash, taken back when right: many guesses at once are many guesses.
        if (!guesses.TryCount(guess.Source, options.GuessesPerSource, out var wait))
        {
            throw ApiException.TooManyRequests(wait);
        }

        if (!guesses.TryCount(guess.AccountFromSource, options.GuessesPerAccount, out wait))
        {
            guesses.TakeBack(guess.Source);
            throw ApiException.TooManyRequests(wait);
        }

        if (!guesses.TryCount(guess.Account, options.GuessesPerAccountFromAll, out wait))
        {
            guesses.TakeBack(guess.Source);
            guesses.TakeBack(guess.AccountFromSource);
            throw ApiException.TooManyRequests(wait);
        }

        var stored = user?.PasswordHash;
        var verified = hasher.VerifyHashedPassword(user!, stored ?? nobodysHash.Value, password);
        if (stored is null || verified == PasswordVerificationResult.Failed)
        {
            return false;
        }

        guesses.TakeBack(guess.Source);
        guesses.TakeBack(guess.AccountFromSource);
        guesses.TakeBack(guess.Account);
        matched.Keep(ticket, secret, stored);
        return true;
    }

    /// <summary>Where a guess comes from, and what it is aimed at.</summary>
    private readonly record struct Guess(SecretHash Source, SecretHash AccountFromSource, SecretHash Account);
}
