using Evercam.Server.Http;
using Evercam.Server.Notices;

namespace Evercam.Server.Webhooks;

/// <summary>What is asked of a webhook. Pure.</summary>
internal static class WebhookRules
{
    public const string WrongUrl = "url is invalid";
    public const string WrongEvents = "events is invalid";
    public const string WrongCameras = "cameras is invalid";
    public const string WrongSecret = "secret is invalid";

    private const int LongestUrl = 2_048;
    private const int ShortestSecret = 16;
    private const int LongestSecret = 256;
    private const int MostCameras = 1_000;

    /// <summary>What ends the part of an address that names the host.</summary>
    private static readonly char[] Ends = ['/', '\\', '?', '#'];

    /// <summary>The rules that these fields break.</summary>
    public static List<string> Check(WebhookFields fields)
    {
        var broken = new List<string>();
        if (fields.Url is { Length: 0 })
        {
            broken.Add(ParamReader.Blank("url"));
        }
        else if (fields.Url is { } url && !IsUrl(url))
        {
            broken.Add(WrongUrl);
        }

        if (fields.Events is { Count: 0 })
        {
            broken.Add(ParamReader.Blank("events"));
        }
        else if (fields.Events is { } events && NoticeNames.Read(events) is null)
        {
            broken.Add(WrongEvents);
        }

        if (fields.Cameras is { Count: > MostCameras })
        {
            broken.Add(WrongCameras);
        }

        if (fields.Secret is { Length: > 0 } secret && !IsSecret(secret))
        {
            broken.Add(WrongSecret);
        }

        return broken;
    }

    /// <summary>Whether it is an address that notices can be sent to: http or https, and neither an account, a fragment nor a blank in it.
    /// Where it leads is looked at when something is sent.</summary>
    internal static bool IsUrl(string text) =>
        text.Length <= LongestUrl
        && !text.Any(letter => char.IsWhiteSpace(letter) || char.IsControl(letter))
        && Uri.TryCreate(text, UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp)
        && url is { UserInfo: "", Fragment: "", Host.Length: > 0 }
        && IsHost(url)
        && text.Split(Ends, 4) is [_, "", var authority, ..]
        && !authority.Contains('@', StringComparison.Ordinal);

    /// <summary>Whether there can be such a host: not every name passes for one that is asked for.</summary>
    private static bool IsHost(Uri url)
    {
        try
        {
            return url.IdnHost.Length > 0;
        }
        catch (UriFormatException)
        {
            return false;
        }
    }

    /// <summary>Letters, digits and signs, and enough of them.</summary>
    private static bool IsSecret(string text) =>
        text.Length is >= ShortestSecret and <= LongestSecret && text.All(letter => letter is > ' ' and <= '~');
}
