using Evercam.Server.Http;

namespace Evercam.Server.Pages;

/// <summary>Why a form comes back.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Problem">What was wrong as a whole, in one sentence; <see langword="null"/> if it was at fields.</param>
/// <param name="Problems">What was wrong at fields, by their names: one sentence each.</param>
internal sealed record FormRefusal(int Status, string? Problem, Dictionary<string, string> Problems)
{
    /// <summary>The field that a sentence is about which is about none: the whole.</summary>
    public const string Whole = "";

    /// <summary>What a page shows that was not refused.</summary>
    public static FormRefusal None { get; } = new(StatusCodes.Status200OK, null, []);

    /// <summary>A refusal in words for people; <see langword="null"/> if the form is not what it is about.</summary>
    /// <param name="refused">The refusal.</param>
    /// <param name="words">A sentence for each broken rule, by its field.</param>
    /// <param name="context">The request; its answer says when trying again makes sense.</param>
    public static FormRefusal? Of(ApiException refused, Func<IEnumerable<string>, Dictionary<string, string>> words, HttpContext context)
    {
        if (refused.RetryAfterSeconds is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds;
            return new(refused.Status, $"There were too many tries. Please wait {seconds} seconds and try again.", []);
        }

        return refused.Rules is { } rules ? new(refused.Status, null, words(rules)) : null;
    }

    /// <summary>A refusal as a whole.</summary>
    public static FormRefusal Because(string problem) => new(StatusCodes.Status400BadRequest, problem, []);
}
