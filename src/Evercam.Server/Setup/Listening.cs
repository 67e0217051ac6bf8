using System.Net;

namespace Evercam.Server.Setup;

/// <summary>Where the server listens, as far as the configuration says before it does.</summary>
internal static class Listening
{
    private const string Default = "http://localhost:8080";

    /// <summary>The default address, where nothing else is configured.</summary>
    public static WebApplicationBuilder AddDefaultAddress(this WebApplicationBuilder builder)
    {
        if (Addresses(builder.Configuration).Count == 0)
        {
            builder.WebHost.UseUrls(Default);
        }

        return builder;
    }

    /// <summary>Whether only this machine can reach the server: a developer's machine, where cameras may be simulated on
    /// loopback.</summary>
    public static bool IsLoopbackOnly(IConfiguration configuration)
    {
        var addresses = Addresses(configuration);
        return addresses.Count == 0 || addresses.All(IsLoopback);
    }

    private static List<string> Addresses(IConfiguration configuration)
    {
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren()
            .Select(endpoint => endpoint["Url"]).OfType<string>().ToList();
        if (endpoints.Count > 0)
        {
            return endpoints;
        }

        // Ports without a host mean every address of the machine.
        var ports = Split(configuration["HTTP_PORTS"]).Concat(Split(configuration["HTTPS_PORTS"])).Select(port => $"http://*:{port}");
        var urls = Split(configuration["URLS"]);
        return urls.Count > 0 ? urls : [.. ports];
    }

    private static List<string> Split(string? list) =>
        [.. (list ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    private static bool IsLoopback(string address)
    {
        var host = BindingAddress.Parse(address).Host.Trim('[', ']');
        return host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host, out var parsed) && IPAddress.IsLoopback(parsed));
    }
}
