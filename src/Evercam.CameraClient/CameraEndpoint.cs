using System.Globalization;

namespace Evercam.CameraClient;

/// <summary>Where a camera's picture is, and what it asks for. Two endpoints are equal if all of that is.</summary>
/// <remarks>
/// The request target travels exactly as it was given: <c>..</c>, <c>%2F</c>, <c>;</c> and <c>[CHANNEL]</c> mean to a camera
/// what its maker wanted. Only characters that cannot stand in a request line are escaped; and <c>[USERNAME]</c> and
/// <c>[PASSWORD]</c> stand for the account, because some cameras want it in the path.
/// </remarks>
public sealed record CameraEndpoint
{
    private static readonly UriCreationOptions Verbatim = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private CameraEndpoint(Uri url, CameraCredential? credential)
    {
        Url = url;
        Credential = credential is { UserName.Length: > 0 } ? credential : null;
    }

    /// <summary>The absolute URL, <c>http</c> or <c>https</c>, without user info. May hold secrets in its query: never log it.</summary>
    public Uri Url { get; }

    /// <summary>What the camera asks for; <see langword="null"/> if no user name is set.</summary>
    public CameraCredential? Credential { get; }

    /// <summary>Path and query, as they stand in the request line.</summary>
    internal string Target => Url.PathAndQuery;

    /// <summary>The picture at <c>http://{host}[:{port}]{path}</c>.</summary>
    /// <param name="host">Host name or IP address, without scheme and port.</param>
    /// <param name="port">1 to 65535; <see langword="null"/> means 80.</param>
    /// <param name="path">Path and query; a leading slash is added if missing.</param>
    /// <param name="credential">What the camera asks for, if anything.</param>
    /// <returns><see langword="null"/> if the host or the port is none.</returns>
    public static CameraEndpoint? FromHost(string host, int? port, string path, CameraCredential? credential = null) =>
        Compose(Uri.UriSchemeHttp, host, port ?? 80, path, credential);

    /// <summary>The picture at a path of a server, such as <c>http://89.101.225.158:8105</c>.</summary>
    /// <param name="server">Absolute <c>http</c> or <c>https</c> URL of a host and, if need be, a port. With a path, query,
    /// fragment or user info it is refused: they would be lost, or sent somewhere nobody expects.</param>
    /// <param name="path">Path and query; a leading slash is added if missing.</param>
    /// <param name="credential">What the camera asks for, if anything.</param>
    /// <returns><see langword="null"/> if <paramref name="server"/> is no such URL.</returns>
    public static CameraEndpoint? FromUrl(string server, string path, CameraCredential? credential = null)
    {
        var isHttp = server.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
            || server.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
        if (!isHttp || server.Contains('\\', StringComparison.Ordinal)
            || !Uri.TryCreate(server, UriKind.Absolute, out var url)
            || url.UserInfo.Length > 0 || url.AbsolutePath != "/" || server.AsSpan().ContainsAny("?#@"))
        {
            return null;
        }

        return AsciiHost(url) is { } host ? Compose(url.Scheme, host, url.Port, path, credential) : null;
    }

    /// <summary>Scheme, host, port and path: neither credential nor query, which often repeats the password.</summary>
    public override string ToString() =>
        $"{Url.Scheme}://{Url.Authority}{Target.AsSpan(0, Target.AsSpan().IndexOf('?') is >= 0 and var query ? query : Target.Length)}";

    /// <summary>The host as DNS knows it; <see langword="null"/> for letters that have no such form (RFC 3490).</summary>
    private static string? AsciiHost(Uri url)
    {
        try
        {
            return url.IdnHost;
        }
        catch (UriFormatException)
        {
            return null;
        }
    }

    private static CameraEndpoint? Compose(
        string scheme, string host, int port, string path, CameraCredential? credential)
    {
        var isAddressV6 = Uri.CheckHostName(host) == UriHostNameType.IPv6;
        var isHost = isAddressV6 || Uri.CheckHostName(host) is UriHostNameType.Dns or UriHostNameType.IPv4;
        if (!isHost || host.Contains('%', StringComparison.Ordinal) || port is < 1 or > 65535)
        {
            return null;
        }

        var name = isAddressV6 && host[0] != '[' ? $"[{host}]" : host;
        var target = RequestTarget.Escape(RequestTarget.Fill(path, credential));
        var text = string.Create(CultureInfo.InvariantCulture, $"{scheme}://{name}:{port}{target}");
        return Uri.TryCreate(text, Verbatim, out var url) ? new CameraEndpoint(url, credential) : null;
    }
}
