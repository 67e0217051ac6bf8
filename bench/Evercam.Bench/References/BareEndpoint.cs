using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Evercam.Bench.References;

/// <summary>What serving is measured against: an endpoint at the server's own path that writes bytes from memory.</summary>
internal static class BareEndpoint
{
    public const string Command = "bare-endpoint";

    public static async Task RunAsync(Arguments arguments, CancellationToken cancellation)
    {
        var address = arguments.Text("address");
        var folder = arguments.Text("folder");
        arguments.End();

        await using var app = Build(address, folder);
        await app.StartAsync(cancellation);
        await app.WaitForShutdownAsync(cancellation);
    }

    /// <summary>Makes it.</summary>
    /// <param name="address">Where it is to listen.</param>
    /// <param name="folder">What it gives, whatever the camera.</param>
    public static WebApplication Build(string address, string folder)
    {
        var pictures = Directory.EnumerateFiles(folder).ToDictionary(file => Path.GetFileName(file), File.ReadAllBytes);
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(address).ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MinResponseDataRate = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        });
        var app = builder.Build();
        app.MapGet("/v1/cameras/{id}/snapshots/{file}", async context =>
        {
            if (!pictures.TryGetValue((string)context.Request.RouteValues["file"]!, out var picture))
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return;
            }

            context.Response.ContentType = "image/jpeg";
            context.Response.ContentLength = picture.Length;
            await context.Response.Body.WriteAsync(picture, context.RequestAborted);
        });
        return app;
    }
}
