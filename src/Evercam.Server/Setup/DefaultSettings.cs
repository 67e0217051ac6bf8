
namespace Evercam.Server.Setup;

/// <summary>What the log leaves out unless it is asked for, wherever the program was installed and whatever else is configured.</summary>
internal static class DefaultSettings
{
    /// <summary>Puts them below all other sources: any of those overrides them.</summary>
    public static WebApplicationBuilder AddDefaultSettings(this WebApplicationBuilder builder)
    {
        using var file = typeof(DefaultSettings).Assembly.GetManifestResourceStream("defaults.json")!;
        builder.Configuration.Sources.Insert(0, new ChainedConfigurationSource
        {
            Configuration = new ConfigurationBuilder().AddJsonStream(file).Build(),
        });
        return builder;
    }
}
