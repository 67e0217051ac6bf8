using System.Text;
using Evercam.Server.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Evercam.Tests.Http;

/// <summary>Requests as the parameters see them, without a server.</summary>
internal static class Requests
{
    private static readonly ServiceProvider Services = new ServiceCollection()
        .AddSingleton(Options.Create(new HttpOptions { UploadLimitBytes = 100_000 }))
        .AddSingleton(TimeProvider.System)
        .AddLogging()
        .AddSingleton<BodyRoom>()
        .BuildServiceProvider();

    public static HttpContext Get(string query) => Of("GET", query, null, "");

    public static HttpContext Post(string? contentType, string body) => Of("POST", "", contentType, body);

    public static HttpContext PostJson(string body) => Of("POST", "", "application/json", body);

    public static HttpContext Patch(string? contentType, string body) => Of("PATCH", "", contentType, body);

    public static HttpContext Of(string method, string query, string? contentType, string body) =>
        Of(method, query, contentType, Encoding.UTF8.GetBytes(body));

    public static HttpContext Of(string method, string query, string? contentType, byte[] body)
    {
        var context = new DefaultHttpContext { RequestServices = Services };
        context.Request.Method = method;
        context.Request.QueryString = new QueryString(query);
        context.Request.ContentType = contentType;
        context.Request.Body = new MemoryStream(body);
        context.SetEndpoint(new Endpoint(null, new EndpointMetadataCollection(new TakesFile()), null));
        return context;
    }

    public static HttpContext At(this HttpContext context, string name, string segment)
    {
        context.Request.RouteValues[name] = segment;
        return context;
    }

    /// <summary>What a parameter reads as.</summary>
    public static async Task<T> ReadAsync<T>(this HttpContext context, Func<ParamReader, T> read) =>
        (await Params.BindAsync(context, reader => new Bound<T>(read(reader))))!.Value;

    /// <summary>The refusal: its status, its message, and whether that travels as an array.</summary>
    public static async Task<(int Status, string Message, bool Array)> RefuseAsync<T>(
        this HttpContext context, Func<ParamReader, T> read)
    {
        var refusal = await Assert.ThrowsAsync<ApiException>(() => context.ReadAsync(read));
        return (refusal.Status, refusal.Message, refusal.Rules is not null);
    }

    private sealed record Bound<T>(T Value);
}
