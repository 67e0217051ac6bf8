using System.Security.Cryptography;
using Evercam.Server.Http;
using Evercam.Server.Mail;
using Evercam.Server.Setup;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.SecondFactors;

/// <summary>Switches second factors on and off. Whoever asks has shown the password, and a code. One window after the other: each holds the
/// user, who does not end meanwhile either.</summary>
internal sealed partial class FactorSwitch(
    EvercamDb db, OwnerNews news, SingleUseCodes links, PublicAddress address, TimeProvider clock, ILogger<FactorSwitch> log)
{
    private const int StampLength = 32;

    /// <summary>Switches a user's second factor on. All other log-ins of the user end: they were begun with the password alone.</summary>
    /// <param name="factor">The secret that the user's app has.</param>
    /// <param name="step">The time step of the code that proved it.</param>
    /// <param name="shown">The user's password as it was verified.</param>
    /// <param name="askingSession">The key of the log-in that asks.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <returns>The recovery codes, which nobody will see again; <see langword="null"/> if it is on already, or the password is another one
    /// since: whoever knows the old one must not lock out who has just chosen it.</returns>
    public async Task<IReadOnlyList<string>?> SwitchOnAsync(
        NewFactor factor, long step, string? shown, long askingSession, CancellationToken cancellation)
    {
        await using var together = await db.Database.BeginTransactionAsync(cancellation);
        await db.HoldUserAsync(factor.UserKey, cancellation);
        if (await FindAsync(factor.UserKey, cancellation) is not { TwoFactorEnabled: false } user || user.PasswordHash != shown)
        {
            return null;
        }

        Switch(user, on: true);
        db.Add(new SecondFactor
        {
            UserKey = user.Id,
            Secret = Convert.ToBase64String(factor.Secret),
            UsedStep = step,
            CreatedAt = clock.GetUtcNow().ToUnixTimeSeconds(),
        });
        var codes = AddCodes(user.Id, factor.Secret);
        news.Add(user, Alarm.FactorOn, user.IsProven ? WayBack(user) : null);
        await db.SaveChangesAsync(cancellation);
        await db.Sessions.Where(session => session.UserKey == user.Id && session.Key != askingSession).ExecuteDeleteAsync(cancellation);
        await together.CommitAsync(CancellationToken.None);
        LogOn(user.Id);
        return codes;
    }

    /// <summary>Switches a user's second factor off.</summary>
    public async Task SwitchOffAsync(long userKey, CancellationToken cancellation)
    {
        await using var together = await db.Database.BeginTransactionAsync(cancellation);
        await db.HoldUserAsync(userKey, cancellation);
        if (await FindAsync(userKey, cancellation) is not { TwoFactorEnabled: true } user)
        {
            return;
        }

        Switch(user, on: false);
        news.Add(user, Alarm.FactorOff);
        await db.SaveChangesAsync(cancellation);
        await db.SecondFactors.Where(factor => factor.UserKey == userKey).ExecuteDeleteAsync(cancellation);
        // The next one is none of this one's.
        await db.Codes.Where(code => code.UserKey == userKey && code.Purpose == CodePurpose.UndoFactor).ExecuteDeleteAsync(cancellation);
        await together.CommitAsync(CancellationToken.None);
        LogOff(userKey);
    }

    /// <summary>Makes new recovery codes; the old ones end.</summary>
    /// <returns>The codes, which nobody will see again; <see langword="null"/> if the factor is off.</returns>
    public async Task<IReadOnlyList<string>?> RenewCodesAsync(long userKey, CancellationToken cancellation)
    {
        await using var together = await db.Database.BeginTransactionAsync(cancellation);
        await db.HoldUserAsync(userKey, cancellation);
        if (await db.SecondFactors.Include(factor => factor.User).SingleOrDefaultAsync(factor => factor.UserKey == userKey, cancellation)
            is not { User: { } user } factor)
        {
            return null;
        }

        await db.RecoveryCodes.Where(code => code.UserKey == userKey).ExecuteDeleteAsync(cancellation);
        news.Add(user, Alarm.NewRecoveryCodes);
        var codes = AddCodes(userKey, Convert.FromBase64String(factor.Secret));
        await db.SaveChangesAsync(cancellation);
        await together.CommitAsync(CancellationToken.None);
        LogRenewed(userKey);
        return codes;
    }

    private Task<User?> FindAsync(long key, CancellationToken cancellation) =>
        db.Users.SingleOrDefaultAsync(user => user.Id == key, cancellation);

    /// <summary>Whoever knows nothing but the password can switch a factor on, and the owner would be locked out: so the reader of their mail
    /// can undo it, as long as an email can be taken back.</summary>
    private string WayBack(User user)
    {
        var code = links.Issue(CodePurpose.UndoFactor, user, user.SafeEmail(clock.GetUtcNow()), FormerEmails.Life);
        return address.To("/reset/confirm", ("u", user.UserName!), ("c", code));
    }

    private void Switch(User user, bool on)
    {
        user.TwoFactorEnabled = on;
        // Whoever is between password and code begins anew.
        user.SecurityStamp = RandomNumberGenerator.GetHexString(StampLength);
        user.UpdatedAt = clock.GetUtcNow().ToUnixTimeSeconds();
    }

    private IReadOnlyList<string> AddCodes(long userKey, byte[] secret)
    {
        var codes = RecoveryCodes.Create();
        db.AddRange(codes.Select(code => new RecoveryCode { UserKey = userKey, Hash = RecoveryCodes.HashOf(secret, code) }));
        return codes;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "User {User} switched the second factor on")]
    private partial void LogOn(long user);

    [LoggerMessage(Level = LogLevel.Information, Message = "User {User} switched the second factor off")]
    private partial void LogOff(long user);

    [LoggerMessage(Level = LogLevel.Information, Message = "User {User} made new recovery codes")]
    private partial void LogRenewed(long user);
}
