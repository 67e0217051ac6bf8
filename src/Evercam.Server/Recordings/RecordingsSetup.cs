namespace Evercam.Server.Recordings;

/// <summary>Adds the settings of what is recorded.</summary>
internal static class RecordingsSetup
{
    public static WebApplicationBuilder AddRecordings(this WebApplicationBuilder builder)
    {
        builder.Services.AddScoped<RecordingRegister>();
        return builder;
    }
}
