using Evercam.Server.Http;
using Evercam.Server.Rights;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Evercam.Tests.Http;

/// <summary>Routes that show what the pipeline does, where no slice of the API does it as plainly.</summary>
internal static class Probes
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/probe/{id}", (Probe probe) => probe.Text).Public();
        api.MapPost("/probe/{id}", (Probe probe) => probe.Text).Public();
        api.MapPost("/probe/{id}/upload", (Upload upload) => $"{upload.Data.Bytes.Length}").Public();
        api.MapGet("/probe/test", () => "literal").Public();
        api.MapGet("/probe/{id}/pictures/{timestamp}.jpg", (Probe probe) => $"picture {probe.Text}").Public();
        api.MapGet("/probe/{id}/pictures/{timestamp}", (Probe probe) => probe.Text).Public();
        api.MapGet("/probe/bug", string () => throw new InvalidOperationException("secret")).Public();
        api.MapGet("/probe/rules", string () => throw ApiException.BrokenRules(["name can't be blank", "id <is> invalid"])).Public();
        api.MapGet("/probe/wait", string () => throw ApiException.TooManyRequests(TimeSpan.FromSeconds(1.5))).Public();
        api.MapGet("/probe/caller", (Caller caller) => $"{caller.Scheme} {caller.UserKey}").NeedsCaller();
        api.MapPost("/probe/user", (Probe probe, Caller caller) => $"{caller.UserKey} {probe.Text}").NeedsUser();
    }

    private sealed record Probe(string Text)
    {
        public static ValueTask<Probe?> BindAsync(HttpContext context) => Params.BindAsync(context, read => new Probe(
            $"{read.Text("id")} {read.Text("timestamp")} {read.Integer("limit")}".Trim()));
    }

    private sealed record Upload(UploadedFile Data)
    {
        public static ValueTask<Upload?> BindAsync(HttpContext context) =>
            Params.BindAsync(context, read => new Upload(read.RequiredFile("data")));
    }
}
