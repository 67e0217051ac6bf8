using System.ComponentModel.DataAnnotations;
using Evercam.Server.Http;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Users;

/// <summary>Section <c>Evercam</c>.</summary>
internal sealed class SignUpOptions
{
    /// <summary>Where people set them.</summary>
    public const string Section = "Evercam";

    /// <summary>Who may sign up: everyone (<c>open</c>), whoever was sent an invitation to a camera (<c>invited</c>), or nobody
    /// (<c>closed</c>). Default: everyone, as the API always had it.</summary>
    [EnumDataType(typeof(SignUpPolicy))]
    public SignUpPolicy SignUp { get; init; } = SignUpPolicy.Open;
}

/// <summary>Who may sign up.</summary>
internal enum SignUpPolicy
{
    /// <summary>Everyone.</summary>
    Open = 1,

    /// <summary>Whoever is invited to a camera, by the mail that says so.</summary>
    Invited = 2,

    /// <summary>Nobody: accounts are made by the administrator.</summary>
    Closed = 3,
}

/// <summary>Refuses those who may not sign up. All who are not invited hear the same, so that nobody learns who is.</summary>
internal sealed class SignUpRule(IOptions<SignUpOptions> options, InvitationCodes codes, InvitationLife life, TimeProvider clock)
{
    /// <summary>What all hear where nobody may.</summary>
    public const string Closed = "Nobody can sign up here: ask whoever runs this server for an account";
    private const string Uninvited = "Only who is invited can sign up here, by the link of the mail that invites";

    /// <summary>Whether everyone may, so that pages lead there.</summary>
    public bool IsOpen => options.Value.SignUp == SignUpPolicy.Open;

    /// <summary>Whether somebody with such a code may try; <see langword="null"/> for who has none.</summary>
    public bool Admits(string? invitation) =>
        IsOpen || (options.Value.SignUp == SignUpPolicy.Invited && !string.IsNullOrEmpty(invitation));

    /// <summary>Why nobody else may, in words for people and programs.</summary>
    public string Words => options.Value.SignUp == SignUpPolicy.Closed ? Closed : Uninvited;

    /// <summary>Whether they may. To be asked before anything else is said of what somebody signs up with.</summary>
    public async ValueTask<bool> AllowsAsync(SignUp request, EvercamDb db, CancellationToken cancellation) =>
        IsOpen || await IsInvitedAsync(request, db, cancellation);

    /// <summary>Uses up the invitations to the email that an account is made with, so that they make no other, whatever email that one has later. In the
    /// transaction that makes it, when nobody else can have the email any more.</summary>
    /// <exception cref="ApiException">Since <see cref="AllowsAsync"/> they have made another, or the one that is shown was taken back
    /// (403).</exception>
    public async Task UseInvitationAsync(SignUp request, User user, EvercamDb db, CancellationToken cancellation)
    {
        if (IsOpen || request.Invitation is null)
        {
            return;
        }

        if (!await IsInvitedAsync(request, db, cancellation))
        {
            throw ApiException.Forbidden(Words);
        }

        db.Add(new SingleUseCode
        {
            Purpose = CodePurpose.SignedUpByInvitation,
            Hash = RandomSecret.HashOf(RandomSecret.Create()),
            UserKey = user.Id,
            Email = user.NormalizedEmail!,
            ExpiresAt = clock.GetUtcNow().AddDays(ShareOptions.MostInvitationDays).ToUnixTimeSeconds(),
        });
    }

    private async Task<bool> IsInvitedAsync(SignUp request, EvercamDb db, CancellationToken cancellation) =>
        Admits(request.Invitation)
        && Mailbox.Of(request.Email) is var mailbox
        && codes.KeyOf(request.Invitation!, mailbox) is { } key
        && await Unused(db, mailbox).AnyAsync(invitation => invitation.Key == key, cancellation);

    /// <summary>Those that no account has gone away from with another email. One that still has the email stands in the way by itself.</summary>
    private IQueryable<Invitation> Unused(EvercamDb db, string mailbox)
    {
        var uses = db.Codes.Where(code => code.Purpose == CodePurpose.SignedUpByInvitation && code.Email == mailbox
            && code.User!.NormalizedEmail != mailbox);
        return life.Waiting(db).Where(
            invitation => invitation.NormalizedEmail == mailbox && !uses.Any(use => use.User!.CreatedAt >= invitation.CreatedAt));
    }
}
