using Evercam.Server.Http;
using Evercam.Server.Notices;

namespace Evercam.Server.Webhooks;

/// <summary>What is said of a webhook; <see langword="null"/> where nothing is.</summary>
/// <param name="Url">Where notices are sent.</param>
/// <param name="Events">Kinds of notices.</param>
/// <param name="Cameras">Ids of cameras; <see cref="EveryCamera"/> for all, and an empty list for none.</param>
/// <param name="Secret">What deliveries are signed with; blank for a new random one.</param>
/// <param name="Enabled">Whether it is sent anything.</param>
internal sealed record WebhookFields(
    string? Url, IReadOnlyList<string>? Events, IReadOnlyList<string>? Cameras, string? Secret, bool? Enabled)
{
    public const string All = "all";

    /// <summary>What stands for no camera where there are no lists.</summary>
    public const string None = "none";

    /// <summary>All cameras, those to come included: no other list is this one, whatever ids it names.</summary>
    public static readonly IReadOnlyList<string> EveryCamera = [All];

    /// <summary>Whether it is for all cameras.</summary>
    public bool IsForAll => ReferenceEquals(Cameras, EveryCamera);

    /// <summary>The cameras that a text names: all where it names none, unless it says so.</summary>
    public static IReadOnlyList<string> CamerasOf(string text) =>
        text.Trim().Equals(None, StringComparison.OrdinalIgnoreCase) ? []
        : text.Trim().Equals(All, StringComparison.OrdinalIgnoreCase) ? EveryCamera
        : NoticeNames.Split(text) is { Length: > 0 } ids ? ids
        : EveryCamera;

    public static WebhookFields Read(ParamReader read, string? url) =>
        new(url?.Trim(), read.Names("events"), read.Names("cameras", CamerasOf), read.Text("secret"), read.Boolean("enabled"));

    /// <summary>Never the secret, and not the address, which may hold one.</summary>
    public override string ToString() => nameof(WebhookFields);
}

/// <summary><c>POST /webhooks</c>.</summary>
internal sealed record NewWebhookRequest(WebhookFields Fields)
{
    public static ValueTask<NewWebhookRequest?> BindAsync(HttpContext context) => Params.BindAsync(
        context, read => new NewWebhookRequest(WebhookFields.Read(read, read.RequiredText("url"))));
}

/// <summary><c>PATCH /webhooks/{id}</c>.</summary>
internal sealed record WebhookChangeRequest(WebhookFields Fields)
{
    public static ValueTask<WebhookChangeRequest?> BindAsync(HttpContext context) => Params.BindAsync(
        context, read => new WebhookChangeRequest(WebhookFields.Read(read, read.Text("url"))));
}

/// <summary><c>GET /webhooks/{id}/deliveries</c>.</summary>
/// <param name="Asked">How many, as asked for.</param>
/// <param name="Before">Only those before this one.</param>
internal sealed record DeliveriesRequest(long? Asked, long? Before)
{
    private const int Fewest = 50;
    private const int Most = 1_000;

    /// <summary>How many at most.</summary>
    public int Limit => Asked is > 0 and var asked ? (int)Math.Min(asked, Most) : Fewest;

    public static ValueTask<DeliveriesRequest?> BindAsync(HttpContext context) =>
        Params.BindAsync(context, read => new DeliveriesRequest(read.Integer("limit"), read.Integer("before")));
}
