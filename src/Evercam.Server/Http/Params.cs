using System.Text;

namespace Evercam.Server.Http;

/// <summary>
/// What a request carries: path, body and query merged, in this order of precedence; the last occurrence of a name wins
/// within each. Read once per request, on first use, and kept.
/// </summary>
internal sealed class Params
{
    private static readonly Dictionary<string, Param> Nothing = [];

    private readonly RouteValueDictionary path;
    private readonly Dictionary<string, Param> body;
    private readonly Dictionary<string, Param> query;
    private readonly ApiException? refusal;

    private Params(HttpContext context, Dictionary<string, Param> body, ApiException? refusal)
    {
        path = context.Request.RouteValues;
        this.body = body;
        (query, var tooMany) = ReadQuery(context.Request.QueryString);
        this.refusal = refusal ?? tooMany;
        IsPatch = HttpMethods.IsPatch(context.Request.Method);
    }

    /// <summary>On <c>PATCH</c> a JSON null is a blank; elsewhere it is as if the name were not there.</summary>
    public bool IsPatch { get; }

    /// <summary>What the body holds, without what stands in the path and the query.</summary>
    public IReadOnlyDictionary<string, Param> Body => body;

    /// <summary>Reads a request record: <paramref name="bind"/> asks for its parameters in declaration order.</summary>
    /// <exception cref="ApiException">Some were missing or had the wrong type: all of them are named (400).</exception>
    public static async ValueTask<T?> BindAsync<T>(HttpContext context, Func<ParamReader, T> bind)
    {
        var reader = await OpenAsync(context, mustBeReadable: true);
        var request = bind(reader);
        reader.Complete();
        return request;
    }

    /// <summary>The same, but what cannot be read is as if it were not there.</summary>
    public static async ValueTask<T?> BindReadableAsync<T>(HttpContext context, Func<ParamReader, T> bind) =>
        bind(await OpenAsync(context, mustBeReadable: false));

    /// <summary>Reads what the request carries. What is refused of it counts only later (<see cref="ThrowIfRefused"/>), so
    /// that someone without credentials is told that first.</summary>
    public static ValueTask<Params> ReadAsync(HttpContext context)
    {
        if (context.Features.Get<Params>() is { } known)
        {
            return ValueTask.FromResult(known);
        }

        return RequestBody.IsReadable(context.Request)
            ? ReadWithBodyAsync(context)
            : ValueTask.FromResult(Keep(context, new(context, Nothing, refusal: null)));
    }

    /// <summary>Has the request read as far as its body is there, until all of it is.</summary>
    /// <param name="context">The request.</param>
    /// <param name="body">What there is of its body.</param>
    public static void Begin(HttpContext context, Dictionary<string, Param> body) => Keep(context, new(context, body, refusal: null));

    /// <exception cref="ApiException">The request cannot be read (400), or is too large (413).</exception>
    public void ThrowIfRefused()
    {
        if (refusal is not null)
        {
            throw refusal;
        }
    }

    /// <summary>The value of a name; <c>location[lng]</c> names a member of a nested one.</summary>
    public Param Find(string name)
    {
        if (name[^1] == ']' && name.IndexOf('[', StringComparison.Ordinal) is > 0 and var bracket)
        {
            return Find(name[..bracket]).Member(name[(bracket + 1)..^1]);
        }

        if (path.TryGetValue(name, out var segment) && segment is string text)
        {
            return Param.OfText(ApiPath.Unescape(text));
        }

        return body.TryGetValue(name, out var value) || query.TryGetValue(name, out value) ? value : default;
    }

    /// <summary>The text of a name if it has one that is not blank.</summary>
    public string? FindText(string name) => ParamReader.TextOf(Find(name)) is { Length: > 0 } text ? text : null;

    private static async ValueTask<ParamReader> OpenAsync(HttpContext context, bool mustBeReadable)
    {
        var read = await ReadAsync(context);
        if (mustBeReadable)
        {
            read.ThrowIfRefused();
        }

        return new(read, context.Features.Get<AskedParams>());
    }

    private static async ValueTask<Params> ReadWithBodyAsync(HttpContext context)
    {
        try
        {
            return Keep(context, new(context, await RequestBody.ReadAsync(context), refusal: null));
        }
        // Without the body nobody knows whether its sender showed keys: a server that is busy, or waits in vain, says just that.
        catch (ApiException refusal) when (
            refusal.Status is not (StatusCodes.Status503ServiceUnavailable or StatusCodes.Status408RequestTimeout))
        {
            return Keep(context, new(context, context.Features.Get<Params>()?.body ?? Nothing, refusal));
        }
    }

    private static Params Keep(HttpContext context, Params read)
    {
        context.Features.Set(read);
        return read;
    }

    /// <summary>Reads a query as far as it may go: whose keys stand before that is known.</summary>
    private static (Dictionary<string, Param> Query, ApiException? TooMany) ReadQuery(QueryString query)
    {
        if (!query.HasValue)
        {
            return (Nothing, null);
        }

        var fields = new FormFields();
        try
        {
            EscapedFields.AddTo(fields, Encoding.UTF8.GetBytes(query.Value!, 1, query.Value!.Length - 1), Encoding.UTF8);
            return (fields.Values, null);
        }
        catch (ApiException tooMany)
        {
            return (fields.Values, tooMany);
        }
    }
}
