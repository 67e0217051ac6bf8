using Microsoft.Extensions.Primitives;

namespace Evercam.Server.Pages;

/// <summary>Tells, when a form comes again, whether what it was answered with still holds: left with the first request by whoever gives
/// something away that may end meanwhile.</summary>
internal delegate Task<bool> StillHolds(HttpContext again);

/// <summary>What a form was answered with, to be said once more.</summary>
internal sealed record FormAnswer(
    int Status, IReadOnlyList<KeyValuePair<string, StringValues>> Headers, byte[] Body, StillHolds? StillHolds)
{
    /// <summary>Most forms lead on, and the pages that others show are small, unless there is a picture in them.</summary>
    private const int MostBytes = 32 * 1024;

    /// <summary>What was refused may go better the next time.</summary>
    public bool IsGood => Status < StatusCodes.Status400BadRequest;

    /// <summary>Whether it is remembered for those who do not wait for it yet.</summary>
    public bool IsSmall => Body.Length + Headers.Sum(header => header.Key.Length + header.Value.Sum(value => value?.Length ?? 0)) <= MostBytes;

    /// <summary>Carries a form out, and writes down what it is to be answered with, the body of which is not sent yet. It is carried out to
    /// its end, also if the browser that sent it does not wait for that: of a double click, it waits for the second one only.</summary>
    /// <returns>The answer, and whether it is one to a form that was carried out.</returns>
    public static async Task<(FormAnswer Answer, bool IsDone)> RecordAsync(HttpContext context, Func<Task<bool>> carryOut)
    {
        var (response, body, aborted) = (context.Response, context.Response.Body, context.RequestAborted);
        using var copy = new MemoryStream();
        response.Body = copy;
        context.RequestAborted = CancellationToken.None;
        bool isDone;
        try
        {
            isDone = await carryOut();
        }
        finally
        {
            response.Body = body;
            context.RequestAborted = aborted;
        }

        return (new(response.StatusCode, [.. response.Headers], copy.ToArray(), context.Features.Get<StillHolds>()), isDone);
    }

    /// <summary>Whether it may be said to another request.</summary>
    public async Task<bool> HoldsAsync(HttpContext again) => StillHolds is null || await StillHolds(again);

    /// <summary>Answers another request with it.</summary>
    public Task RepeatAsync(HttpContext context)
    {
        context.Response.StatusCode = Status;
        foreach (var (name, value) in Headers)
        {
            context.Response.Headers[name] = value;
        }

        return WriteBodyAsync(context);
    }

    /// <summary>Sends the body, after the rest.</summary>
    public Task WriteBodyAsync(HttpContext context) =>
        Body.Length == 0 ? Task.CompletedTask : context.Response.Body.WriteAsync(Body, context.RequestAborted).AsTask();
}
