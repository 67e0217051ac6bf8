namespace Evercam.Server.Cameras;

/// <summary>Adds cameras.</summary>
internal static class CamerasSetup
{
    public static WebApplicationBuilder AddCameras(this WebApplicationBuilder builder)
    {
        builder.Services.AddScoped<CameraRegistry>();
        builder.Services.AddScoped<CameraNews>();
        return builder;
    }
}
