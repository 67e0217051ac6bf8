using Evercam.Server.Watching;

namespace Evercam.Server.Demo;

/// <summary>Adds the demonstration, and tells the person at the console about it.</summary>
internal static partial class DemoSetup
{
    public static WebApplicationBuilder AddDemo(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<DemoOptions>().BindConfiguration("Evercam").ValidateOnStart();
        builder.Services.AddSingleton<Demonstration>();
        return builder;
    }

    /// <summary>Starts the demonstration if there is to be one, and prints where to look; where the console is for programs, it logs that.</summary>
    public static async Task StartDemoAsync(this WebApplication app, TextWriter console, CancellationToken cancellation)
    {
        if (await app.Services.GetRequiredService<Demonstration>().StartAsync(cancellation) is not { } password)
        {
            return;
        }

        var address = app.Urls.First().TrimEnd('/');
        if (LogForm.IsJson(app.Configuration))
        {
            LogRunning(app.Logger, $"{address}/v1/cameras/building-site/snapshot.jpg", Demonstration.UserName, password);
            return;
        }

        await console.WriteLineAsync(
            $"""

              The demonstration is running: four simulated cameras, recorded every five seconds.

                A live picture, without logging in   {address}/v1/cameras/building-site/snapshot.jpg
                User name                            {Demonstration.UserName}
                Password                             {password}
                All about one camera                 curl -u {Demonstration.UserName}:{password} {address}/v1/cameras/harbour
                Its latest stored picture            curl -u {Demonstration.UserName}:{password} {address}/v1/cameras/harbour/snapshots/latest.jpg -o harbour.jpg

              To start without it: --Evercam:Demo=false. To be rid of it: delete the user "{Demonstration.UserName}".

            """);
    }

    /// <summary>The password guards nothing but simulated cameras, and nobody would learn it otherwise.</summary>
    [LoggerMessage(Level = LogLevel.Information, Message = "The demonstration is running: {Picture} is a live picture, without logging in; its user is "
        + "{UserName} with the password {Password}")]
    private static partial void LogRunning(ILogger log, string picture, string userName, string password);
}
