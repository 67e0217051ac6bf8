namespace Evercam.Server.Cameras;

/// <summary>Adds cameras.</summary>
internal static class CamerasSetup
{
    public static WebApplicationBuilder AddCameras(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<CameraOptions>()
            .BindConfiguration(CameraOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<CameraTrials>();
        builder.Services.AddSingleton<CameraTryouts>();
        builder.Services.AddScoped<CameraRegistry>();
        builder.Services.AddScoped<CameraNews>();
        builder.Services.AddSingleton<OwedCards>();
        builder.Services.AddHostedService<CardUpkeep>();
        builder.Services.AddScoped<CameraWall>();
        builder.Services.AddScoped<ModelPicks>();
        builder.Services.AddScoped<CameraTryout>();
        builder.Services.AddScoped<CameraFormDesk>();
        builder.Services.AddScoped<CameraFormView>();
        builder.Services.AddSingleton<KeptPasswords>();
        return builder;
    }
}
