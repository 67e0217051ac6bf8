using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;

namespace Evercam.Storage.Catalog;

/// <summary>A person with an account. <c>UserName</c> is the contract's id, stored as typed and compared without case;
/// <c>Email</c> is stored as typed too, and compared as <see cref="Mailbox"/> has it. A user name never holds an <c>@</c>, so no user name can equal an email.</summary>
/// <remarks>Each change of what an account is called and reached by writes another <c>ConcurrencyStamp</c> (<see cref="NewStamp"/>). Of what was
/// read only the columns are written that differ: of two changes at once, an account would have the email of the one, and be found by
/// that of the other.</remarks>
public sealed class User : IdentityUser<long>
{
    /// <summary>No moment is later.</summary>
    public const long Always = long.MaxValue;

    private const int StampLength = 32;

    /// <summary>First name, not blank.</summary>
    public required string Forename { get; set; }

    /// <summary>Last name, not blank.</summary>
    public required string Lastname { get; set; }

    /// <summary>ISO 3166-1 alpha-2, two lower-case letters.</summary>
    public required string Country { get; set; }

    /// <summary>Sign-up, Unix seconds.</summary>
    public required long CreatedAt { get; set; }

    /// <summary>Last change made by the user, Unix seconds.</summary>
    public required long UpdatedAt { get; set; }

    /// <summary>When the email was confirmed, Unix seconds; <see langword="null"/> until then.</summary>
    public long? ConfirmedAt { get; set; }

    /// <summary>The last confirmed email of a user who gave it up for another, as it was typed, or the one of the sign-up if none was ever
    /// confirmed and somebody changed it without the password; <see langword="null"/> if there is none. The mail of its readers can take
    /// the change back.</summary>
    public string? FormerEmail { get; set; }

    /// <summary>The same as it is compared (<see cref="Mailbox"/>).</summary>
    public string? NormalizedFormerEmail { get; set; }

    /// <summary>Until when it counts although the new email is confirmed, Unix seconds: for ever (<see cref="Always"/>) if that was given
    /// without the password; <see langword="null"/> if so, and nobody has ever confirmed the former one.</summary>
    public long? FormerEmailUntil { get; set; }

    /// <summary>Whether somebody who reads the mail of an email of this account has said that it is theirs.</summary>
    public bool IsProven => ConfirmedAt is not null || FormerEmailUntil is not null;

    /// <summary>Whether the email was given by somebody who had not shown the password, which nobody has done for it since.</summary>
    public bool IsEmailUnsettled =>
        FormerEmail is not null && NormalizedEmail != NormalizedFormerEmail && (FormerEmailUntil ?? Always) == Always;

    /// <summary>Whether the account is found by the email that it shows, or by none because another account has its mailbox
    /// (<see cref="Respelling"/>). By anything else it would get what is somebody else's.</summary>
    public bool IsFoundByItsEmail =>
        Mailbox.Of(Email!) is var mailbox && (NormalizedEmail == mailbox || NormalizedEmail == Respelling.Beside(this, mailbox));

    /// <summary>The pair that programs of this user sign in with; <see langword="null"/> if not loaded.</summary>
    public ApiCredential? Credential { get; set; }

    /// <summary>The cameras this user owns; empty if not loaded.</summary>
    public List<Camera> Cameras { get; } = [];

    /// <summary>A stamp that no account had before.</summary>
    public static string NewStamp() => RandomNumberGenerator.GetHexString(StampLength);
}
