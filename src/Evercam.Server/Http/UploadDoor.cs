using Evercam.Server.Rights;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Http;

/// <summary>Decides how much of files may come in before all of the body is there. A little from anyone, whose keys may stand behind them;
/// more only from those whom the request's head, or what stands before the file, shows to have the right to send it.</summary>
/// <param name="context">The request.</param>
internal sealed class UploadDoor(HttpContext context)
{
    /// <summary>How large a picture may be behind which its keys stand. Nearly all pictures are smaller; who is nobody brings no more.</summary>
    private const int UnknownBytes = 4 * 1024 * 1024;

    private readonly int uploadLimit = context.RequestServices.GetRequiredService<IOptions<HttpOptions>>().Value.UploadLimitBytes;
    private readonly bool takesFile = context.GetEndpoint()?.Metadata.GetMetadata<TakesFile>() is not null;
    private int? most;

    /// <summary>How much of one more file may come.</summary>
    /// <param name="bytes">How long those before it are together.</param>
    /// <param name="fields">What stands before it.</param>
    public BodyLimit LimitOf(int bytes, Dictionary<string, Param> fields) => most is { } known
        ? new(known - bytes)
        : takesFile
            ? new(Math.Max(0, Math.Min(BodyRoom.PieceBytes, uploadLimit) - bytes), async () => (most ??= await AskAsync(fields)) - bytes)
            : new(HttpOptions.FieldBytes - bytes);

    private async ValueTask<int> AskAsync(Dictionary<string, Param> fields)
    {
        if (context.GetEndpoint()!.Metadata.GetMetadata<Need>() is not { Caller: true } need)
        {
            return uploadLimit;
        }

        Params.Begin(context, fields);
        var caller = context.Features.Get<Caller>() ?? await context.RequestServices.GetRequiredService<CallerSource>().IdentifyAsync(context);
        if (caller.IsAnonymous)
        {
            return Math.Min(UnknownBytes, uploadLimit);
        }

        if (need.OfCamera is { } isAllowed)
        {
            context.Features.Set(caller);
            await context.RequestServices.GetRequiredService<CameraAccess>().CheckAsync(context, isAllowed);
        }

        return uploadLimit;
    }
}
