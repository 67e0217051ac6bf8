namespace Evercam.Server.Http;

/// <summary>Says of an endpoint, in its metadata, that a file belongs into its body. Bodies may have to be read before it is known who
/// calls, so what comes to any other endpoint may be no larger than parameters need.</summary>
internal sealed record TakesFile;

internal static class FileRoutes
{
    /// <summary>A file up to <see cref="HttpOptions.UploadLimitBytes"/>.</summary>
    public static RouteHandlerBuilder TakesFile(this RouteHandlerBuilder route) => route.WithMetadata(new TakesFile());
}
