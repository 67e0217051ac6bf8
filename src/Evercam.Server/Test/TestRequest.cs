using Evercam.Server.Http;

namespace Evercam.Server.Test;

/// <summary>The keys to try; <see langword="null"/> unless both were sent. What cannot be a key is as if absent: whoever tries keys
/// is told no more than that they are not good.</summary>
internal sealed record TestRequest(Credentials? Keys)
{
    public static async ValueTask<TestRequest?> BindAsync(HttpContext context)
    {
        var read = await Params.ReadAsync(context);
        return new TestRequest(
            read.FindText("api_id") is { } id && read.FindText("api_key") is { } key
                ? new Credentials(CallerScheme.Keys, id, key)
                : null);
    }
}
