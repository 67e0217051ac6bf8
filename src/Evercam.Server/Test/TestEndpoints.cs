using System.Globalization;
using System.Net;
using Evercam.Server.Http;
using Evercam.Server.Rights;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Evercam.Server.Test;

/// <summary>Lets a client try its keys (contract 4.8).</summary>
internal static class TestEndpoints
{
    public static void MapTest(this IEndpointRouteBuilder api)
    {
        api.MapGet("/test", TestAsync).IgnoresCredentials();
        api.MapGet("/auth/test", TestAsync).IgnoresCredentials();
    }

    private static async Task<Ok<TestResponse>> TestAsync(
        TestRequest request, HttpContext context, CallerSource callers, TimeProvider clock)
    {
        var keys = request.Keys;
        return TypedResults.Ok(new TestResponse(
            keys is not null && await IsGoodAsync(keys.Value, callers, context),
            Write(context.Connection.RemoteIpAddress),
            clock.GetUtcNow().ToString("yyyy-MM-dd HH:mm:ss '+0000'", CultureInfo.InvariantCulture)));
    }

    /// <summary>Whether a pair opens anything. Of one that is right and still does not, the answer is no, as of any other.</summary>
    private static async Task<bool> IsGoodAsync(Credentials keys, CallerSource callers, HttpContext context)
    {
        try
        {
            return await callers.VerifyAsync(keys, context) is not null;
        }
        catch (ApiException refusal) when (refusal.Status == StatusCodes.Status401Unauthorized)
        {
            return false;
        }
    }

    private static string? Write(IPAddress? source) =>
        (source is { IsIPv4MappedToIPv6: true } ? source.MapToIPv4() : source)?.ToString();
}
