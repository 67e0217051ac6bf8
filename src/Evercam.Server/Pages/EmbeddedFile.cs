using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;

namespace Evercam.Server.Pages;

/// <summary>A file that travels inside the program, so that it is there however the program is started.</summary>
internal sealed class EmbeddedFile
{
    private readonly string resource;
    private readonly Lazy<byte[]> compressed;

    public EmbeddedFile(string resource)
    {
        this.resource = resource;
        compressed = new(Compress);
        using var content = Open();
        Version = Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 4));
    }

    /// <summary>Changes with its content.</summary>
    public string Version { get; }

    /// <summary>Its content as gzip.</summary>
    public byte[] Compressed => compressed.Value;

    public Stream Open() => Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!;

    /// <summary>Whether whoever asks reads gzip.</summary>
    public static bool MayBeCompressed(HttpRequest request) =>
        request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase);

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
