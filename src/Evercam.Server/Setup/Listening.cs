using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Evercam.Server.Commands;
using Evercam.Server.Http;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Evercam.Server.Setup;

/// <summary>Where the server listens, as far as the configuration says before it does.</summary>
internal static partial class Listening
{
    private const string Default = "http://localhost:8080";

    /// <summary>Whose refusals are about where to listen.</summary>
    private const string Kestrel = "Microsoft.AspNetCore.Server.Kestrel.Core";

    /// <summary>The default address, where nothing else is configured.</summary>
    public static WebApplicationBuilder AddDefaultAddress(this WebApplicationBuilder builder)
    {
        if (Addresses(builder.Configuration).Count == 0)
        {
            builder.WebHost.UseUrls(Default);
        }

        var beginning = new Beginning();
        builder.Services.AddSingleton(beginning);
        builder.Logging.AddFilter(
            "Microsoft.Extensions.Hosting.Internal.Host",
            level => level >= (beginning.IsOver ? LogLevel.Information : LogLevel.Critical));
        return builder;
    }

    /// <summary>Reads the addresses that the configuration names, before anything is made.</summary>
    /// <exception cref="SettingsException">One is none.</exception>
    public static void ExpectAddresses(this WebApplication app)
    {
        if (ListenAddress.Complaints(app.Configuration).ToList() is { Count: > 0 } wrong)
        {
            throw new SettingsException(string.Join('\n', wrong));
        }

        foreach (var address in ListenAddress.Named(app.Configuration))
        {
            LogEverywhere(app.Logger, address);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Address} names a host, which is not looked up: the server listens on every address of this machine")]
    private static partial void LogEverywhere(ILogger log, string address);

    /// <summary>Reads the certificates that the configuration names, as Kestrel will, before anything is made.</summary>
    /// <exception cref="SettingsException">One cannot be used, or there is none for an address by https.</exception>
    /// <exception cref="CannotBeginException">One cannot be read now.</exception>
    public static void ExpectCertificates(this WebApplication app)
    {
        try
        {
            var trial = new KestrelServerOptions { ApplicationServices = app.Services };
            trial.Configure(app.Configuration.GetSection("Kestrel")).Load();
            if (IsByHttps(app.Configuration))
            {
                // Of localhost the port cannot be left to the system, even where nobody will listen.
                trial.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps());
            }
        }
        catch (Exception failure) when (failure is InvalidOperationException or CryptographicException or ArgumentException or FormatException)
        {
            throw new SettingsException(SentenceOf(failure), failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // It may be there in a moment, such as on a disk that is mounted late.
            throw new CannotBeginException(SentenceOf(failure));
        }

        static string SentenceOf(Exception failure) =>
            $"The server cannot listen as its settings (Kestrel) say: {failure.Message.Split('\n')[0].Trim().TrimEnd('.')}.";
    }

    /// <summary>Starts the server.</summary>
    /// <exception cref="CannotListenException">It may not or cannot listen there.</exception>
    public static async Task ListenAsync(this WebApplication app)
    {
        try
        {
            await app.StartAsync();
            app.Services.GetRequiredService<Beginning>().IsOver = true;
        }
        catch (Exception failure) when (Complaint(failure, app.Configuration) is { } complaint)
        {
            // What is at work already ends as at any stop.
            await app.StopAsync();
            throw new CannotListenException(complaint, failure);
        }
    }

    /// <summary>Whether only this machine can reach the server: a developer's machine, where cameras may be simulated on
    /// loopback. A proxy in front of it, or an address for people elsewhere, says that others can.</summary>
    public static bool IsLoopbackOnly(IConfiguration configuration)
    {
        var addresses = Addresses(configuration);
        return (addresses.Count == 0 || addresses.All(IsLoopback))
            && !configuration.GetSection($"{HttpOptions.Section}:{nameof(HttpOptions.TrustedProxies)}").GetChildren().Any()
            && (configuration["Evercam:PublicUrl"] is not { Length: > 0 } shown || !Uri.TryCreate(shown, UriKind.Absolute, out var address) || address.IsLoopback);
    }

    /// <summary>Whether a host's name, or its address, means this machine whoever reads it.</summary>
    public static bool IsLoopbackName(string name)
    {
        var host = name.Trim('[', ']');
        return host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host, out var parsed) && IPAddress.IsLoopback(parsed));
    }

    private static string? Complaint(Exception failure, IConfiguration configuration) => failure switch
    {
        IOException { InnerException: AddressInUseException or AggregateException } => failure.Message,
        InvalidOperationException or ArgumentException when failure.Source == Kestrel => $"Failed to bind to address {Told(configuration)}: {failure.Message}",
        SocketException => $"Failed to bind to address {Told(configuration)}: {failure.Message}",
        _ => null,
    };

    private static string Told(IConfiguration configuration) => string.Join(", ", Addresses(configuration).DefaultIfEmpty(Default));

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

    private static bool IsByHttps(IConfiguration configuration) =>
        !configuration.GetSection("Kestrel:Endpoints").GetChildren().Any()
        && (Split(configuration["URLS"]) is { Count: > 0 } urls
            ? urls.Any(url => url.StartsWith("https:", StringComparison.OrdinalIgnoreCase))
            : Split(configuration["HTTPS_PORTS"]).Count > 0);

    private static List<string> Split(string? list) =>
        [.. (list ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    private static bool IsLoopback(string address) => IsLoopbackName(BindingAddress.Parse(address).Host);
}

/// <summary>The time before the server listens. The host writes down each failure to start, with its stack trace, and throws it as well:
/// until then it is not listened to, because what it throws is told in one sentence.</summary>
internal sealed class Beginning
{
    public bool IsOver { get; set; }
}

/// <summary>The server cannot be reached where it was to listen.</summary>
internal sealed class CannotListenException(string failure, Exception reason)
    : Exception($"{failure.TrimEnd('.')}. Choose another address, such as --urls http://localhost:8081.", reason);
