namespace Evercam.Server.Clients;

/// <summary>Adds client applications.</summary>
internal static class ClientsSetup
{
    public static WebApplicationBuilder AddClients(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<ClientOptions>()
            .BindConfiguration(ClientOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddScoped<ClientRegistry>();
        return builder;
    }
}
