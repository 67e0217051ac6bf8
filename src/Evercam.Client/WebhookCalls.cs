using System.Runtime.CompilerServices;

namespace Evercam.Api;

/// <summary>An address that notices are sent to.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Url">Where notices are sent.</param>
/// <param name="Events">Kinds of notices.</param>
/// <param name="Cameras">Ids of cameras; <see langword="null"/> for all, and none when those that it was for are gone.</param>
/// <param name="Enabled">Whether it is sent anything.</param>
/// <param name="CreatedAt">When it was made, in Unix seconds.</param>
/// <param name="UpdatedAt">When it was changed last.</param>
/// <param name="FailingSince">Since when nothing has arrived; <see langword="null"/> if the last did.</param>
/// <param name="SwitchedOffAt">When the server switched it off because of that.</param>
/// <param name="Secret">What letters are signed with; told once, when it is new.</param>
public sealed record Webhook(
    long Id,
    string Url,
    IReadOnlyList<string> Events,
    IReadOnlyList<string>? Cameras,
    bool Enabled,
    long CreatedAt,
    long UpdatedAt,
    long? FailingSince,
    long? SwitchedOffAt,
    string? Secret)
{
    /// <summary>Never the secret, and not the address, which may hold one.</summary>
    public override string ToString() => $"{nameof(Webhook)} {Id}";
}

/// <summary>What is said of a webhook. What is <see langword="null"/> is not said.</summary>
public sealed record WebhookSettings
{
    private const string None = "none";

    /// <summary>Where notices are sent; a new one needs it.</summary>
    public string? Url { get; init; }

    /// <summary>Kinds of notices; a new one is sent all unless said.</summary>
    public IReadOnlyList<string>? Events { get; init; }

    /// <summary>Ids of cameras; the word <c>all</c> alone for all, those to come included, and an empty list for none.</summary>
    public IReadOnlyList<string>? Cameras { get; init; }

    /// <summary>What letters are signed with; blank for a new random one.</summary>
    public string? Secret { get; init; }

    /// <summary>Whether it is sent anything.</summary>
    public bool? Enabled { get; init; }

    /// <summary>Never the secret, and not the address.</summary>
    public override string ToString() => nameof(WebhookSettings);

    /// <summary>With a comma behind it, a camera of that name is not the word.</summary>
    private string? CamerasText => Cameras switch
    {
        null => null,
        [] => None,
        [var only] when only.Equals(None, StringComparison.OrdinalIgnoreCase) => $"{only},",
        _ => string.Join(',', Cameras),
    };

    internal Fields ToFields() => new()
    {
        { "url", Url },
        { "events", Events },
        { "cameras", CamerasText },
        { "secret", Secret },
        { "enabled", Enabled },
    };
}

/// <summary>A letter to a webhook, and what became of it.</summary>
/// <param name="Id">Its number: the same at each attempt.</param>
/// <param name="Event">What it tells; <c>test</c> for a trial.</param>
/// <param name="EventId">The notice; <see langword="null"/> for a trial.</param>
/// <param name="CameraId">The camera, if it is about one.</param>
/// <param name="State"><c>waiting</c>, <c>delivered</c> or <c>given_up</c>.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="CreatedAt">When it was written, in Unix seconds.</param>
/// <param name="LastAttemptAt">When it was tried last.</param>
/// <param name="NextAttemptAt">When it is tried next; <see langword="null"/> if it is not.</param>
/// <param name="Status">The HTTP status of the last answer; <see langword="null"/> if there was none.</param>
/// <param name="Failure">What was wrong the last time.</param>
public sealed record Delivery(
    long Id,
    string Event,
    long? EventId,
    string? CameraId,
    string State,
    int Attempts,
    long CreatedAt,
    long? LastAttemptAt,
    long? NextAttemptAt,
    int? Status,
    string? Failure);

/// <summary>Addresses that notices are sent to.</summary>
public sealed class WebhookCalls
{
    private const int PageSize = 100;

    private readonly Wire wire;

    internal WebhookCalls(Wire wire) => this.wire = wire;

    /// <summary>Lists the caller's: <c>GET /v1/webhooks</c>.</summary>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<IReadOnlyList<Webhook>> ListAsync(CancellationToken cancellation = default) =>
        (await wire.GetAsync($"v1/webhooks", new(), ApiJson.Default.WebhooksAnswer, cancellation)).Webhooks;

    /// <summary>Makes one; its secret is in the answer, and never again: <c>POST /v1/webhooks</c>.</summary>
    /// <param name="webhook">What it is.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<Webhook> CreateAsync(WebhookSettings webhook, CancellationToken cancellation = default) => (await wire.SendAsync(
        HttpMethod.Post, $"v1/webhooks", webhook.ToFields(), ApiJson.Default.WebhooksAnswer, cancellation)).Webhooks.One();

    /// <summary>Shows one: <c>GET /v1/webhooks/{id}</c>.</summary>
    /// <param name="webhook">Its number.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<Webhook> GetAsync(long webhook, CancellationToken cancellation = default) =>
        (await wire.GetAsync($"v1/webhooks/{webhook}", new(), ApiJson.Default.WebhooksAnswer, cancellation)).Webhooks.One();

    /// <summary>Changes one: <c>PATCH /v1/webhooks/{id}</c>.</summary>
    /// <param name="webhook">Its number.</param>
    /// <param name="change">What is to change.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<Webhook> UpdateAsync(long webhook, WebhookSettings change, CancellationToken cancellation = default) =>
        (await wire.SendAsync(
            HttpMethod.Patch, $"v1/webhooks/{webhook}", change.ToFields(), ApiJson.Default.WebhooksAnswer, cancellation)).Webhooks.One();

    /// <summary>Deletes one: <c>DELETE /v1/webhooks/{id}</c>.</summary>
    /// <param name="webhook">Its number.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task DeleteAsync(long webhook, CancellationToken cancellation = default) =>
        wire.DeleteAsync($"v1/webhooks/{webhook}", new(), cancellation);

    /// <summary>Sends a letter to try one: <c>POST /v1/webhooks/{id}/test</c>.</summary>
    /// <param name="webhook">Its number.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<Delivery> TestAsync(long webhook, CancellationToken cancellation = default) =>
        (await wire.SendAsync(
            HttpMethod.Post, $"v1/webhooks/{webhook}/test", new(), ApiJson.Default.DeliveriesAnswer, cancellation)).Deliveries.One();

    /// <summary>Lists what was sent to one, newest first: <c>GET /v1/webhooks/{id}/deliveries</c>.</summary>
    /// <param name="webhook">Its number.</param>
    /// <param name="cancellation">Ends the list.</param>
    public async IAsyncEnumerable<Delivery> ListDeliveriesAsync(
        long webhook, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        long? before = null;
        IReadOnlyList<Delivery> page;
        do
        {
            page = (await wire.GetAsync(
                $"v1/webhooks/{webhook}/deliveries",
                new() { { "limit", PageSize }, { "before", before } },
                ApiJson.Default.DeliveriesAnswer,
                cancellation)).Deliveries;
            foreach (var delivery in page)
            {
                before = delivery.Id;
                yield return delivery;
            }
        }
        while (page.Count == PageSize);
    }
}

internal sealed record WebhooksAnswer(IReadOnlyList<Webhook> Webhooks);

internal sealed record DeliveriesAnswer(IReadOnlyList<Delivery> Deliveries);
