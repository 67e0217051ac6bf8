using Evercam.Server.Http;
using Evercam.Server.Pages;
using Evercam.Storage.Catalog;

namespace Evercam.Server.Shares;

/// <summary>Rights, and what becomes of them, in words that people know.</summary>
internal static class SharingWords
{
    public const string Shared = "shared";
    public const string Invited = "invited";
    public const string Changed = "share-changed";
    public const string Ended = "share-ended";
    public const string Withdrawn = "invitation-withdrawn";

    /// <summary>What the ticks are together: where it is said that something is wrong with them.</summary>
    public const string RightsField = "rights";

    /// <summary>What is said of a number or an email that stands for nothing of this camera.</summary>
    public const string NoShare = "There is no such share of this camera, or not any more.";

    /// <inheritdoc cref="NoShare"/>
    public const string NoInvitation = "There is no such invitation to this camera, or not any more.";

    private static readonly Dictionary<string, (string Field, string Sentence)> Known = new()
    {
        ["email can't be blank"] = ("person", "Please say with whom."),
        [ShareRules.NoUser] = ("person", "Please give an email address, such as joe@example.org."),
        ["camera cannot be shared with its owner"] = ("person", "This camera is yours already."),
        ["invalid rights specified in request"] = (RightsField, "Please tick at least one of these."),
    };

    /// <summary>The rights that can be ticked: their name, what they allow, and what else there is to know.</summary>
    public static IReadOnlyList<(string Name, string Label, string Hint)> Rights { get; } =
    [
        (NameOf(CameraRights.Snapshot), "See the live picture", "And keep pictures of it."),
        (NameOf(CameraRights.List), "Find it among their cameras", "With its name, place and state. Without this and the next, they need the address of the page that they may use."),
        (NameOf(CameraRights.View), "See everything", "All settings with the camera's password, and all kept pictures."),
        (NameOf(CameraRights.Edit), "Change its settings", ""),
        (NameOf(CameraRights.Delete), "Delete it", "With all kept pictures."),
    ];

    public static string NameOf(CameraRights right) => right.ToString();

    /// <summary>The names of the rights in a set that can be ticked.</summary>
    public static IReadOnlyList<string> NamesOf(CameraRights rights) =>
        [.. Rights.Select(right => right.Name).Where(name => rights.HasFlag(Enum.Parse<CameraRights>(name)))];

    /// <summary>What was done, in one sentence; <see langword="null"/> if nothing was.</summary>
    public static string? Of(Notice? notice) => notice?.Kind switch
    {
        Shared => $"The camera is shared with {notice.Typed}.",
        Invited => $"{notice.Typed} has no account yet: a mail invites them, and the camera is theirs to see as soon as they have one.",
        Changed => "What they may do is changed.",
        Ended => "The camera is no longer shared with them.",
        Withdrawn => "The invitation is taken back.",
        _ => null,
    };

    /// <summary>What was wrong: a sentence for each field, or one for the whole.</summary>
    public static FormRefusal Of(ApiException refusal)
    {
        if (refusal.Rules is null)
        {
            return refusal.Status switch
            {
                StatusCodes.Status409Conflict => AtPerson("They have it already. What they may do can be changed below."),
                StatusCodes.Status429TooManyRequests => AtPerson("So many mails were sent that this one must wait. Please try again later."),
                _ => new(refusal.Status, refusal.Message, []),
            };
        }

        var problems = new Dictionary<string, string>();
        foreach (var rule in refusal.Rules)
        {
            var (field, sentence) = Known.GetValueOrDefault(rule, ("person", rule));
            problems.TryAdd(field, sentence);
        }

        return new(refusal.Status, null, problems);

        FormRefusal AtPerson(string sentence) => new(refusal.Status, null, new() { ["person"] = sentence });
    }
}
