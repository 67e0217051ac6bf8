using Evercam.Server.Http;
using Evercam.Server.Test;

namespace Evercam.Server;

/// <summary>The whole server, put together.</summary>
internal static class EvercamHost
{
    /// <param name="args">The command line.</param>
    /// <param name="adjust">What a test changes before the parts are built.</param>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? adjust = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddHttp();
        adjust?.Invoke(builder);

        var app = builder.Build();
        app.UseHttp();

        var api = app.MapApi();
        api.MapTest();
        return app;
    }
}
