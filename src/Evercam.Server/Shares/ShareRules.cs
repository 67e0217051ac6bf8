using Evercam.Server.Http;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;

namespace Evercam.Server.Shares;

/// <summary>What the contract asks of a share (4.4.2), and what it gives. Pure: whom an email belongs to is for the database to
/// say.</summary>
internal static class ShareRules
{
    public const string NoUser = "no user found for specified email address";

    private const string WrongRights = "invalid rights specified in request";

    /// <summary>The rules that a new share breaks, in the order of its fields.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="user">The user with the email; <see langword="null"/> if nobody has it, who can only be invited.</param>
    /// <param name="owner">The camera's owner.</param>
    public static List<string> Check(NewShare request, long? user, long owner)
    {
        var broken = new List<string>();
        if (string.IsNullOrWhiteSpace(request.Email))
        {
            broken.Add(ParamReader.Blank("email"));
        }
        else if (user is null && !EmailAddress.Is(request.Email))
        {
            broken.Add(NoUser);
        }
        else if (user == owner)
        {
            broken.Add("camera cannot be shared with its owner");
        }

        return [.. broken, .. CheckRights(request.Rights)];
    }

    /// <summary>The rules that rights break which are to take the place of others.</summary>
    public static List<string> CheckRights(CameraRights? rights) => rights is null ? [WrongRights] : [];

    /// <summary>What a person really has who holds a share: a public camera gives everyone the public rights.</summary>
    public static CameraRights Effective(CameraRights given, bool isPublic) =>
        isPublic ? given | RightsRule.Public : given;
}
