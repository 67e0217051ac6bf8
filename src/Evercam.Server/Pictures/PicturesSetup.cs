namespace Evercam.Server.Pictures;

/// <summary>Adds smaller pictures.</summary>
internal static class PicturesSetup
{
    public static WebApplicationBuilder AddPictures(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<ThumbnailOptions>()
            .BindConfiguration(ThumbnailOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<Thumbnails>();
        return builder;
    }
}
