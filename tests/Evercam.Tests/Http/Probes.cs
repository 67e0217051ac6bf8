using Evercam.CameraClient;
using Evercam.Server.Http;
using Evercam.Server.Rights;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;

namespace Evercam.Tests.Http;

/// <summary>A server with the probes, for tests that leave it as they found it. A class fixture.</summary>
public sealed class ProbeApp : IAsyncLifetime
{
    public FakeTimeProvider Clock { get; } = new(DateTimeOffset.FromUnixTimeSeconds(1_397_660_698));

    public EvercamApp App { get; private set; } = null!;

    public async ValueTask InitializeAsync() => App = await EvercamApp.StartAsync(
        new Dictionary<string, string?> { ["Evercam:Http:GuessesPerSource"] = "1000", ["Evercam:Http:GuessesPerAccount"] = "1000", ["Evercam:Http:GuessesPerAccountFromAll"] = "1000" },
        Clock,
        Probes.Map);

    public ValueTask DisposeAsync() => App.DisposeAsync();
}

/// <summary>Routes that show what the pipeline does, where no slice of the API does it as plainly.</summary>
internal static class Probes
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/probe/{id}", (Probe probe) => probe.Text).Public();
        api.MapPost("/probe/{id}", (Probe probe) => probe.Text).Public();
        api.MapPost("/probe/nothing", () => "nothing").Public();
        api.MapPost("/probe/{id}/upload", (Upload upload) => $"{upload.Data.Bytes.Length}").TakesFile().Public();
        api.MapGet("/probe/test", () => "literal").Public();
        api.MapGet("/probe/{id}/pictures/{timestamp}.jpg", (Probe probe) => $"picture {probe.Text}").Public();
        api.MapGet("/probe/{id}/pictures/{timestamp}", (Probe probe) => probe.Text).Public();
        api.MapGet("/probe/{id}/bug", string () => throw new InvalidOperationException("secret")).Public();
        api.MapGet("/probe/{id}/offline", string () => throw new CameraException(CameraFault.Offline, "no answer", answered: false))
            .Public();
        api.MapGet("/probe/{id}/busy", string () => throw new DbUpdateException("x", new SqliteException("busy", 5))).Public();
        api.MapGet("/probe/bug", string () => throw new InvalidOperationException("secret")).Public();
        api.MapGet("/probe/rules", string () => throw ApiException.BrokenRules(["name can't be blank", "id <is> invalid"])).Public();
        api.MapGet("/probe/wait", string () => throw ApiException.TooManyRequests(TimeSpan.FromSeconds(1.5))).Public();
        api.MapGet("/probe/fault/{fault}", string (CameraFault fault) => throw new CameraException(fault, "", answered: true))
            .Public();
        api.MapGet("/probe/busy", string () => throw new DbUpdateException("x", new SqliteException("busy", 5))).Public();
        api.MapGet("/probe/caller", (Caller caller) => $"{caller.Scheme} {caller.UserKey}".Trim()).NeedsCaller();
        api.MapPost("/probe/user", (Probe probe, Caller caller) => $"{caller.UserKey} {probe.Text}".Trim()).NeedsUser();
    }

    private sealed record Upload(UploadedFile Data)
    {
        public static ValueTask<Upload?> BindAsync(HttpContext context) =>
            Params.BindAsync(context, read => new Upload(read.RequiredFile("data")));
    }
}

/// <summary>What a probe reads of its request.</summary>
internal sealed record Probe(string Text)
{
    public static ValueTask<Probe?> BindAsync(HttpContext context) => Params.BindAsync(context, read => new Probe(
        $"{read.Text("id")} {read.Text("timestamp")} {read.Integer("limit")}".Trim()));
}
