namespace Evercam.Server.SecondFactors;

/// <summary>Adds second factors.</summary>
internal static class SecondFactorsSetup
{
    public static WebApplicationBuilder AddSecondFactors(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<NewFactors>();
        builder.Services.AddScoped<FactorSwitch>();
        builder.Services.AddScoped<FactorDesk>();
        return builder;
    }
}
