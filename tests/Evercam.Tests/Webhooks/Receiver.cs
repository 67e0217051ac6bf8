using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Evercam.Tests.Webhooks;

/// <summary>Something that a receiver was sent.</summary>
internal sealed record Received(string Path, string Event, string Delivery, string Signature, string Body)
{
    public JsonObject Data => JsonNode.Parse(Body)!.AsObject();

    /// <summary>Whether it is signed with a secret: as a receiver would find out, who has read the documentation alone.</summary>
    public bool IsSignedWith(string secret)
    {
        var parts = Signature.Split(',').Select(part => part.Split('=', 2)).ToDictionary(part => part[0], part => part[1]);
        using var hmac = new HMACSHA256(Encoding.UTF8.GetBytes(secret));
        var wanted = hmac.ComputeHash(Encoding.UTF8.GetBytes(parts["t"] + "." + Body));
        return CryptographicOperations.FixedTimeEquals(wanted, Convert.FromHexString(parts["v1"]));
    }
}

/// <summary>A receiver of webhooks on loopback, which answers as it is told.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication app;

    private Receiver(WebApplication app) => this.app = app;

    public ConcurrentQueue<Received> Got { get; } = new();

    /// <summary>What it does with a request, by its number from 1 on.</summary>
    public Func<int, HttpContext, Task> Answer { get; set; } = (_, _) => Task.CompletedTask;

    public string Url(string path = "hook") => $"{app.Urls.Single()}/{path}";

    public static async Task<Receiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var receiver = new Receiver(builder.Build());
        receiver.app.Run(receiver.TakeAsync);
        await receiver.app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    public static Func<int, HttpContext, Task> Status(int status) => (_, context) =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    };

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        string Header(string name) => context.Request.Headers[name].ToString();
        Got.Enqueue(new(context.Request.Path, Header("Evercam-Event"), Header("Evercam-Delivery"), Header("Evercam-Signature"), body));
        await Answer(Got.Count, context);
    }
}
