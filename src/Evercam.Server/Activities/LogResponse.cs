using System.Globalization;
using Evercam.Storage.Catalog;

namespace Evercam.Server.Activities;

/// <summary>A page of a camera's log as sentences, newest first.</summary>
internal sealed record LogResponse(IReadOnlyList<string> Logs, int Pages);

/// <summary>A page of a camera's log as objects, newest first.</summary>
internal sealed record LogObjectsResponse(
    IReadOnlyList<LogEntry> Logs, string CameraExid, string CameraName, int Pages);

/// <summary>A line of a camera's log.</summary>
/// <param name="Who">For people: who did it.</param>
/// <param name="User">The user name; <see langword="null"/> if it was nobody known, or the account is gone.</param>
/// <param name="Client">The client's name; <see langword="null"/> for a person, or if the client is gone.</param>
/// <param name="Ip">From where; <see langword="null"/> for the server itself.</param>
/// <param name="Action">What was done.</param>
/// <param name="DoneAt">When, Unix seconds.</param>
/// <param name="Extra">What exactly.</param>
internal sealed record LogEntry(
    string Who, string? User, string? Client, string? Ip, string Action, long DoneAt, string? Extra)
{
    /// <summary>The line with names as they are now.</summary>
    /// <param name="activity">What is kept of it.</param>
    /// <param name="user">Who did it: the user's name, if there is one.</param>
    /// <param name="client">The name of the client, if there is one.</param>
    /// <param name="sharee">The email of the person whom a share is about, if there is one.</param>
    public static LogEntry Of(Activity activity, string? user, string? client, string? sharee) => new(
        WhoOf(activity, user, client),
        user,
        client,
        activity.Source,
        ActivityNames.Of(activity.Kind),
        activity.DoneAt,
        ExtraOf(activity, sharee));

    /// <summary>The line as a sentence.</summary>
    public string Tell(string camera)
    {
        var moment = DateTimeOffset.FromUnixTimeSeconds(DoneAt).ToString("yyyy-MM-dd HH:mm:ss '+0000'", CultureInfo.InvariantCulture);
        var extra = Extra is null ? "" : $" {Extra}";
        return $"[{camera}] {Who} {Action}{extra} at {moment}{(Ip is null ? "" : $" from {Ip}")}";
    }

    private static string? ExtraOf(Activity activity, string? sharee)
    {
        if (activity.ShareeKey is null)
        {
            return activity.Detail;
        }

        var rights = activity.Detail is null ? "" : $": {activity.Detail}";
        return $"with {sharee ?? "a deleted user"}{rights}";
    }

    private static string WhoOf(Activity activity, string? user, string? client)
    {
        var person = user ?? (activity.UserKey is null ? null : "A deleted user");
        var program = client ?? (activity.ClientKey is null ? null : "a deleted client");
        return (person, program) switch
        {
            (null, null) => activity.Source is null ? "Evercam" : "Anonymous",
            (null, _) => program,
            (_, null) => person,
            _ => $"{person} via {program}",
        };
    }
}
