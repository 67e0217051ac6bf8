namespace Evercam.Server.LogIn;

/// <summary>Adds logging in with a browser.</summary>
internal static class LogInSetup
{
    public static WebApplicationBuilder AddLogIn(this WebApplicationBuilder builder)
    {
        builder.Services.AddScoped<HalfLogIns>();
        return builder;
    }
}
