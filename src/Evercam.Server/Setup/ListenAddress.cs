using System.Net;

namespace Evercam.Server.Setup;

/// <summary>What can be listened on. Kestrel takes a port that it cannot read for a part of the host, and a host that it does not know for every address of
/// the machine: a slip of the fingers would open the server to everyone.</summary>
internal static class ListenAddress
{
    private static readonly HashSet<string> Schemes = new(StringComparer.OrdinalIgnoreCase) { Uri.UriSchemeHttp, Uri.UriSchemeHttps };

    /// <summary>A sentence for each address among the settings that is none.</summary>
    public static IEnumerable<string> Complaints(IConfiguration configuration) =>
        from told in All(configuration)
        let wrong = Complaint(told.Address)
        where wrong is not null
        select $"{told.Setting}: '{told.Address}' is no address to listen on, such as http://localhost:8080: {wrong}.";

    /// <summary>The addresses that name a host: nobody looks it up, and it stands for every address of the machine.</summary>
    public static IEnumerable<string> Named(IConfiguration configuration) =>
        from told in All(configuration)
        let read = BindingAddress.Parse(told.Address)
        where !read.IsUnixPipe && read.Host is not ("*" or "+")
            && !read.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) && !IPAddress.TryParse(read.Host, out _)
        select told.Address;

    /// <summary>The addresses with the settings that name them. As the host splits them: in <c>urls</c>, blanks count.</summary>
    private static IEnumerable<(string Setting, string Address)> All(IConfiguration configuration)
    {
        foreach (var url in Split("urls"))
        {
            yield return ("urls", url);
        }

        foreach (var scheme in Schemes)
        {
            foreach (var port in Split($"{scheme}_ports").Where(port => !string.IsNullOrWhiteSpace(port)))
            {
                yield return ($"{scheme}_ports", $"{scheme}://*:{port.Trim()}");
            }
        }

        foreach (var endpoint in configuration.GetSection("Kestrel:Endpoints").GetChildren())
        {
            if (endpoint["Url"] is { } url)
            {
                yield return ($"{endpoint.Path}:Url", url);
            }
        }

        string[] Split(string setting) => (configuration[setting] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>What is wrong with an address; <see langword="null"/> if it can be listened on.</summary>
    private static string? Complaint(string address)
    {
        BindingAddress read;
        try
        {
            read = BindingAddress.Parse(address);
        }
        catch (FormatException)
        {
            return "it has no scheme or no host";
        }

        return !Schemes.Contains(read.Scheme) ? "its scheme must be http or https"
            : read.IsUnixPipe || (read.IsNamedPipe && OperatingSystem.IsWindows()) ? null
            : read.PathBase.Length > 0 ? "it must have no path"
            : !IsHost(read.Host) ? "its host or its port cannot be read"
            : read.Port is < 0 or > IPEndPoint.MaxPort ? $"its port must be at most {IPEndPoint.MaxPort}"
            : read.Port == 0 && read.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? "of localhost, the port must be named"
            : null;
    }

    /// <summary>Whether it is an address, a name, or every address. What ends like a number is no name: it was to be an address.</summary>
    private static bool IsHost(string host) => Uri.CheckHostName(host) switch
    {
        UriHostNameType.Dns => IPAddress.TryParse(host, out _)
            || (!host.All(char.IsAsciiDigit) && (host.LastIndexOf('.') is not (>= 0 and var dot) || !char.IsAsciiDigit(host[(dot + 1)..].FirstOrDefault()))),
        UriHostNameType.Unknown => host is "*" or "+",
        _ => true,
    };
}
