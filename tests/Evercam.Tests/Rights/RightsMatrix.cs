using System.Globalization;

namespace Evercam.Tests.Rights;

/// <summary>Who may do what, written by hand from contract 3.2 to 3.5: a row for each endpoint of the API.</summary>
/// <param name="Route">Method and pattern.</param>
/// <param name="Private">Who may, where the camera is private.</param>
/// <param name="Public">Who may, where it is public.</param>
/// <param name="Passes">What they are answered: the status, and whether rules were broken or a camera was shown.</param>
/// <param name="Anonymous">What anonymous callers are answered who may not.</param>
/// <param name="Others">What other callers are answered who may not.</param>
/// <param name="Whole">Who of those who may sees the camera with its secrets.</param>
internal sealed record MatrixRow(
    string Route,
    IReadOnlySet<string> Private,
    IReadOnlySet<string> Public,
    string Passes,
    string Anonymous,
    string Others,
    IReadOnlySet<string> Whole)
{
    /// <summary>What a caller must be answered.</summary>
    public string Answer(string caller, bool isPublic) =>
        (isPublic ? Public : Private).Contains(caller)
            ? Whole.Contains(caller) ? Passes.Replace("shown", "whole", StringComparison.Ordinal) : Passes
            : caller == MatrixCallers.Anonymous ? Anonymous : Others;
}

internal static class RightsMatrix
{
    /// <summary>
    /// Callers are named one by one or together: <c>everyone</c>; <c>callers</c>, all but anonymous ones; <c>users</c>, in person;
    /// <c>right:edit</c>, who has it as owner, by a share, or by a scope of the camera or of all cameras; <c>stored:view</c>, who
    /// has it to stored snapshots; <c>account:view</c>, who has it to the owner's account. The owner also registered the
    /// <c>application</c>. Where nothing stands, the public camera is as the private one, anonymous callers get 401 and others
    /// 403. No request carries more than it must, so those who may are told what else is missing.
    /// </summary>
    private const string Table =
        """
        route                                                | private                | public     | passes    | anonymous | others | whole
        GET /test                                            | everyone               |            | 200
        GET /auth/test                                       | everyone               |            | 200
        GET /testusername                                    | everyone               |            | 200

        POST /client                                         | users application      |            | 400 rules
        GET /client/{id}                                     | owner application      |            | 200
        PATCH /client/{id}                                   | owner application      |            | 200
        DELETE /client/{id}                                  | owner application      |            | 200

        POST /users                                          | everyone               |            | 400
        GET /users/{id}                                      | account:view           |            | 200
        PATCH /users/{id}                                    | account:edit           |            | 200
        DELETE /users/{id}                                   | account:delete         |            | 200
        GET /users/{id}/rights                               | account:view           |            | 200
        GET /users/{id}/credentials                          | callers                |            | 200
        GET /users/{id}/notices                              | account:view           |            | 200
        PATCH /users/{id}/notices                            | account:edit           |            | 200
        GET /users/{id}/shares                               | owner cameras:list     |            | 200
        GET /shares/users/{id}                               | owner cameras:list     |            | 200
        GET /shares/user/{id}                                | owner cameras:list     |            | 200
        GET /users/{id}/cameras                              | right:list right:view  | everyone   | 200 shown | 200       | 200    | right:view

        GET /cameras                                         | right:list right:view  | everyone   | 200 shown | 200       | 200    | right:view
        GET /public/cameras                                  | nobody                 | everyone   | 200 shown | 200       | 200
        POST /cameras                                        | users                  |            | 400 rules |           | 400
        GET /cameras/test                                    | callers                |            | 400
        GET /cameras/{id}                                    | right:list right:view  | everyone   | 200 shown | 404       | 404    | right:view
        PATCH /cameras/{id}                                  | right:edit             |            | 200 shown |           |        | owner
        DELETE /cameras/{id}                                 | right:delete           |            | 200
        GET /cameras/{id}/snapshot.jpg                       | right:snapshot         | everyone   | 503       | 403       | 403
        GET /cameras/{id}/live                               | right:snapshot         | callers    | 503
        GET /cameras/{id}/live.mjpeg                         | right:snapshot         | everyone   | 503       | 403       | 403
        GET /cameras/{id}/recording                          | right:view             |            | 200
        PUT /cameras/{id}/recording                          | right:edit             |            | 400 rules
        DELETE /cameras/{id}/recording                       | right:edit             |            | 200
        GET /cameras/{id}/apps/cloud-recording               | right:view             |            | 200
        POST /cameras/{id}/apps/cloud-recording              | right:edit             |            | 200
        GET /cameras/{id}/coverage                           | stored:list            |            | 200
        GET /cameras/{id}/logs                               | owner                  |            | 200

        GET /events                                          | callers                |            | 400 rules
        GET /webhooks                                        | users                  |            | 200       |           | 400
        POST /webhooks                                       | users                  |            | 400 rules |           | 400
        GET /webhooks/{id}                                   | owner                  |            | 200       |           | 404
        PATCH /webhooks/{id}                                 | owner                  |            | 200       |           | 404
        DELETE /webhooks/{id}                                | owner                  |            | 200       |           | 404
        POST /webhooks/{id}/test                             | owner                  |            | 201       |           | 404
        GET /webhooks/{id}/deliveries                        | owner                  |            | 200       |           | 404

        GET /cameras/{id}/shares                             | right:view             |            | 200
        POST /cameras/{id}/share                             | owner                  |            | 400 rules
        DELETE /cameras/{id}/share                           | owner                  |            | 200
        PATCH /cameras/share/{id}                            | owner                  |            | 400 rules
        GET /cameras/{id}/shares/requests                    | owner                  |            | 200
        DELETE /cameras/{id}/shares/requests                 | owner                  |            | 200
        PATCH /cameras/{id}/shares/requests                  | owner                  |            | 404
        GET /shares/requests/{id}                            | owner                  |            | 200
        DELETE /shares/requests/{id}                         | owner                  |            | 200
        PATCH /shares/requests/{id}                          | owner                  |            | 400 rules
        GET /shares/cameras/{id}                             | right:view             |            | 200
        POST /shares/cameras/{id}                            | owner                  |            | 400 rules
        DELETE /shares/cameras/{id}                          | owner                  |            | 200
        PATCH /shares/cameras/{id}                           | owner                  |            | 400 rules
        GET /shares/camera/{id}                              | right:view             |            | 200
        POST /shares/camera/{id}                             | owner                  |            | 400 rules
        DELETE /shares/camera/{id}                           | owner                  |            | 200
        PATCH /shares/camera/{id}                            | owner                  |            | 400 rules

        GET /cameras/{id}/snapshots                          | stored:list            |            | 200
        POST /cameras/{id}/snapshots                         | right:snapshot         |            | 503
        GET /cameras/{id}/snapshots/latest                   | stored:view            |            | 200
        GET /cameras/{id}/snapshots/latest.jpg               | stored:view            |            | 404
        GET /cameras/{id}/snapshots/range                    | stored:list            |            | 200
        GET /cameras/{id}/snapshots/{year}/{month}/days      | stored:list            |            | 200
        GET /cameras/{id}/snapshots/{year}/{month}/{day}/hours | stored:list          |            | 200
        GET /cameras/{id}/snapshots/series                   | stored:list            |            | 200
        GET /cameras/{id}/snapshots/series.tar               | owner share:view       |            | 404
        GET /cameras/{id}/snapshots/series.mp4               | owner share:view       |            | 404
        GET /cameras/{id}/snapshots/{year}/{month}/{day}/{hour}.tar | owner share:view |           | 404
        GET /cameras/{id}/snapshots/kept                     | stored:list            |            | 200
        PUT /cameras/{id}/snapshots/{timestamp}/keep         | stored:edit            |            | 404
        DELETE /cameras/{id}/snapshots/{timestamp}/keep      | stored:delete          |            | 404
        GET /cameras/{id}/timelapses                         | owner share:view       |            | 200
        POST /cameras/{id}/timelapses                        | owner share:view       |            | 400 rules
        GET /cameras/{id}/timelapses/{timelapse}             | owner share:view       |            | 404
        GET /cameras/{id}/timelapses/{timelapse}.mp4         | owner share:view       |            | 404
        DELETE /cameras/{id}/timelapses/{timelapse}          | owner share:view       |            | 404
        GET /cameras/{id}/snapshots/{timestamp}              | stored:view            |            | 404
        GET /cameras/{id}/snapshots/{timestamp}.jpg          | stored:view            |            | 404
        POST /cameras/{id}/snapshots/{timestamp}             | right:snapshot         |            | 400 rules
        DELETE /cameras/{id}/snapshots/{timestamp}           | stored:delete          |            | 404

        GET /models                                          | callers                |            | 200
        GET /models/{vendor}                                 | callers                |            | 200
        GET /models/{vendor}/{model}                         | callers                |            | 200
        GET /vendors                                         | callers                |            | 200
        GET /vendors/{mac}                                   | callers                |            | 200
        """;

    public static IReadOnlyList<MatrixRow> Rows { get; } =
        [.. Table.Split('\n').Skip(1).Where(line => !string.IsNullOrWhiteSpace(line)).Select(Read)];

    private static MatrixRow Read(string line)
    {
        var cells = line.Split('|', StringSplitOptions.TrimEntries);
        return new(
            cells[0], Callers(cells[1]), Callers(Cell(2, cells[1])), cells[3], Cell(4, "401"), Cell(5, "403"), Callers(Cell(6, "nobody")));

        string Cell(int column, string otherwise) => cells.ElementAtOrDefault(column) is { Length: > 0 } cell ? cell : otherwise;
    }

    private static HashSet<string> Callers(string words) => [.. words.Split(' ').SelectMany(CallersOf)];

    private static IEnumerable<string> CallersOf(string word) => word.Split(':') switch
    {
        ["nobody"] => [],
        ["everyone"] => MatrixCallers.Names,
        ["callers"] => MatrixCallers.Names.Where(name => name != MatrixCallers.Anonymous),
        ["users"] => MatrixCallers.Names.Where(
            name => name is "owner" or "stranger" || name.StartsWith("share:", StringComparison.Ordinal)),
        ["right", var right] => ["owner", $"share:{right}", $"camera:{right}", $"cameras:{right}"],
        ["stored", "list"] => ["owner", "share:view", "snapshots:list"],
        ["stored", "view"] => ["owner", "share:view", "snapshots:view"],
        ["stored", var right] => ["owner", $"snapshots:{right}"],
        ["account", var right] => ["owner", $"user:{right}"],
        _ => MatrixCallers.Names.Contains(word)
            ? [word]
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"'{word}' is no caller.")),
    };
}
