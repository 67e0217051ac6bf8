using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;

namespace Evercam.Server.OpenApi;

/// <summary>The description of the API (OpenAPI 3.1), made once: it is the same for everyone.</summary>
internal sealed class OpenApiFile([FromKeyedServices(OpenApiSetup.Document)] IOpenApiDocumentProvider documents)
{
    private readonly Lock making = new();
    private Task<(byte[] Bytes, string Tag)>? made;

    public async Task<IResult> ServeAsync(HttpContext context)
    {
        Task<(byte[] Bytes, string Tag)> whole;
        lock (making)
        {
            whole = made is null or { IsFaulted: true } ? made = MakeAsync() : made;
        }

        var (bytes, tag) = await whole;
        context.Response.Headers.CacheControl = "no-cache";
        return TypedResults.Bytes(bytes, "application/json", entityTag: new EntityTagHeaderValue(tag));
    }

    private async Task<(byte[] Bytes, string Tag)> MakeAsync()
    {
        var document = await documents.GetOpenApiDocumentAsync(CancellationToken.None);
        var bytes = Encoding.UTF8.GetBytes(await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, CancellationToken.None));
        return (bytes, $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 8))}\"");
    }
}
