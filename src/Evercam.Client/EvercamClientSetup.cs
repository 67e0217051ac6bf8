using Microsoft.Extensions.DependencyInjection;

namespace Evercam.Api;

/// <summary>Where a server is, and who calls it.</summary>
public sealed class EvercamClientOptions
{
    /// <summary>The server's address, such as <c>https://cameras.example.org</c>.</summary>
    public Uri Server { get; set; } = new("http://localhost:8080");

    /// <summary>Who calls; <see langword="null"/> for nobody in particular.</summary>
    public Credential? Credential { get; set; }
}

/// <summary>Lets an application be given an <see cref="EvercamClient"/>.</summary>
public static class EvercamClientSetup
{
    /// <summary>Registers <see cref="EvercamClient"/> with the HTTP client factory.</summary>
    /// <param name="services">The application's.</param>
    /// <param name="configure">Says where the server is, and who calls it.</param>
    /// <returns>The HTTP client, for whatever else it shall do, such as trying again.</returns>
    public static IHttpClientBuilder AddEvercamClient(this IServiceCollection services, Action<EvercamClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new EvercamClientOptions();
        configure(options);
        return services.AddHttpClient(nameof(EvercamClient), http => http.BaseAddress = options.Server)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false })
            .AddTypedClient(http => new EvercamClient(http, options.Credential));
    }
}
