using System.Text.Json.Nodes;
using Evercam.Server.Commands.Remote;
using Evercam.Tests.Servers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Evercam.Tests.Commands.Remote;

/// <summary>Another server of the V1 API, which does some things in its own way, or is none at all.</summary>
public sealed class OddServerTests
{
    private const string Page = "<h1>Hello</h1>";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Its_pictures_are_the_oldest_first_whatever_its_order_and_its_times()
    {
        await using var server = await StartAsync(
            """{"snapshots":[{"camera":"door","created_at":9223372036854775807},{"camera":"door","created_at":5},{"camera":"door","created_at":3},{"camera":"door","created_at":5}]}""");
        using var old = new RemoteServer(new(AddressOf(server)), credential: null);
        var count = new PictureCount();
        var found = await OtherServerPictures.FindAsync(old, "door", count, Cancellation);
        Assert.Equal([3, 5], found.Select(picture => picture.Second));
        Assert.True(count.HasComplaints);
    }

    [Fact]
    public async Task What_nobody_foresaw_is_told_in_a_line()
    {
        // A camera without an id: it cannot even be asked for its pictures.
        await using var server = await StartAsync("""{"cameras":[{"id":null,"name":"Door","timezone":null}]}""");
        using var folder = new TempFolder();
        string[] arguments = ["export", "door", "--from", "1", "--to", "2", "--folder", folder["out"], "--server", AddressOf(server)];
        var ran = await RunAsync(arguments);
        Assert.Equal((2, ""), (ran.ExitCode, ran.Output));
        Assert.StartsWith("evercam export met something unexpected: ", ran.Errors, StringComparison.Ordinal);
        Assert.EndsWith(" (ArgumentException)", Assert.Single(ran.Errors.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);

        ran = await RunAsync([.. arguments, "--json"]);
        var document = JsonNode.Parse(Assert.Single(ran.Output.TrimEnd('\n').Split('\n')))!;
        Assert.Equal((2, ran.Errors.TrimEnd('\n')), (ran.ExitCode, (string?)document["error"]));
    }

    [Fact]
    public async Task What_is_no_picture_is_put_into_no_file()
    {
        await using var server = await StartAsync("""{"snapshots":[{"camera":"door","created_at":1,"timezone":null}],"cameras":[{"id":"door","name":"Door","timezone":null}]}""");
        using var folder = new TempFolder();
        string[] to = ["--output", folder["now.jpg"], "--server", AddressOf(server)];
        foreach (var live in new string[][] { [], ["--live"] })
        {
            var ran = await RunAsync(["snapshot", "door", .. live, .. to]);
            Assert.Equal((2, "", "What the server sent is no picture.\n"), (ran.ExitCode, ran.Output, ran.Errors));
        }

        var export = await RunAsync(["export", "door", "--from", "1", "--to", "2", "--folder", folder["out"], "--server", AddressOf(server)]);
        Assert.Equal(
            (1, "0 pictures fetched, 0 were there already, 1 complaints\n", "1970-01-01/1970-01-01T00-00-01Z: what the server sent is no picture\n"),
            (export.ExitCode, export.Output, export.Errors));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    /// <summary>A server that answers all that is no picture with this, and every picture with a page.</summary>
    private static async Task<WebApplication> StartAsync(string json)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Map("/{**path}", (string path) => path.EndsWith(".jpg", StringComparison.Ordinal)
            ? Results.Content(Page, "text/html")
            : Results.Content(json, "application/json"));
        await app.StartAsync(Cancellation);
        return app;
    }

    private static string AddressOf(WebApplication app) =>
        app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    private static Task<Ran> RunAsync(string[] arguments) => EvercamProcess.RunAsync(new Dictionary<string, string>(), "", Cancellation, arguments);
}
