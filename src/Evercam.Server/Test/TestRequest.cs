using Evercam.Server.Http;

namespace Evercam.Server.Test;

/// <summary>The keys to try; <see langword="null"/> unless both were sent.</summary>
internal sealed record TestRequest(Credentials? Keys)
{
    public static ValueTask<TestRequest?> BindAsync(HttpContext context) => Params.BindAsync(context, read => new TestRequest(
        KeysOf(read.Text("api_id"), read.Text("api_key"))));

    private static Credentials? KeysOf(string? id, string? key) =>
        id is { Length: > 0 } && key is { Length: > 0 } ? new(CallerScheme.Keys, id, key) : null;
}
