using Evercam.Storage.Catalog;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Http;

/// <summary>What is asked of users. Section <c>Evercam:Users</c>.</summary>
internal sealed class UserOptions
{
    public const string Section = "Evercam:Users";

    /// <summary>Whether users must confirm their email before they log in or use the API, and before a camera that is shared with it is
    /// theirs to see. Default: no, as the API always had it.</summary>
    public bool RequireConfirmation { get; init; }
}

/// <summary>Says who must confirm an email first. A new email need not be confirmed for the account to go on: it was theirs before.</summary>
internal sealed class ConfirmationRule(IOptions<UserOptions> options)
{
    /// <summary>The refusal in words for people.</summary>
    public const string Words =
        "Please confirm your email address first, by the link that was mailed to it. If there is no such mail, ask for a new password: that confirms it too.";

    /// <summary>Whether emails must be confirmed.</summary>
    public bool IsOn => options.Value.RequireConfirmation;

    /// <summary>Whether a user must confirm an email before anything else.</summary>
    public bool Refuses(User user) => IsOn && !user.IsProven;
}
