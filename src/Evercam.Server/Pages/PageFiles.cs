using System.Collections.Frozen;
using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;

namespace Evercam.Server.Pages;

/// <summary>Style sheets and pictures of the pages. They travel inside the program, so that they are there however it is
/// started, and are served under a name that changes with their content, so that browsers may keep them for ever.</summary>
internal sealed class PageFiles
{
    private const string Prefix = "Files/";

    private readonly FrozenDictionary<string, PageFile> all = Assembly.GetExecutingAssembly().GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
        .ToFrozenDictionary(name => name[Prefix.Length..], name => new PageFile(name));

    /// <summary>Where the pages find one.</summary>
    public string UrlOf(string name) => $"/files/{all[name].Version}/{name}";

    public static void Map(IEndpointRouteBuilder app) => app.MapMethods(
        "/files/{version}/{name}", [HttpMethods.Get, HttpMethods.Head], (string version, string name, PageFiles files, HttpContext context) =>
            files.Serve(version, name, context));

    private IResult Serve(string version, string name, HttpContext context)
    {
        if (!all.TryGetValue(name, out var file))
        {
            return TypedResults.NotFound();
        }

        var headers = context.Response.Headers;
        headers.Vary = "Accept-Encoding";
        headers.CacheControl = version == file.Version ? "public, max-age=31536000, immutable" : "no-cache";
        if (!context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase))
        {
            return TypedResults.Stream(file.Open(), file.MediaType);
        }

        headers.ContentEncoding = "gzip";
        return TypedResults.Bytes(file.Compressed, file.MediaType);
    }

    private sealed class PageFile
    {
        private readonly string resource;
        private readonly Lazy<byte[]> compressed;

        public PageFile(string resource)
        {
            this.resource = resource;
            compressed = new(Compress);
            using var content = Open();
            Version = Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 4));
            MediaType = Path.GetExtension(resource) switch
            {
                ".css" => "text/css; charset=utf-8",
                ".svg" => "image/svg+xml",
                ".js" => "text/javascript; charset=utf-8",
                _ => "application/octet-stream",
            };
        }

        public string Version { get; }

        public string MediaType { get; }

        public byte[] Compressed => compressed.Value;

        public Stream Open() => Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!;

        private byte[] Compress()
        {
            using var packed = new MemoryStream();
            using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize))
            using (var content = Open())
            {
                content.CopyTo(gzip);
            }

            return packed.ToArray();
        }
    }
}
