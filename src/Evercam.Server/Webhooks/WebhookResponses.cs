using System.Text.Json.Serialization;
using Evercam.Server.Notices;
using Evercam.Storage.Catalog;

namespace Evercam.Server.Webhooks;

/// <summary><c>{"webhooks":[…]}</c>.</summary>
internal sealed record WebhooksResponse(IReadOnlyList<WebhookResponse> Webhooks);

/// <summary>A webhook, to its user.</summary>
/// <param name="Id">Its number, never used again.</param>
/// <param name="Url">Where notices are sent.</param>
/// <param name="Events">Kinds of notices.</param>
/// <param name="Cameras">Ids of cameras; <see langword="null"/> for all.</param>
/// <param name="Enabled">Whether it is sent anything.</param>
/// <param name="CreatedAt">When it was made, Unix seconds.</param>
/// <param name="UpdatedAt">When it was changed last, Unix seconds.</param>
/// <param name="FailingSince">Since when nothing has arrived; <see langword="null"/> if the last did.</param>
/// <param name="SwitchedOffAt">When the server switched it off because of that.</param>
/// <param name="Secret">What deliveries are signed with; only there when it is new.</param>
internal sealed record WebhookResponse(
    long Id,
    string Url,
    IReadOnlyList<string> Events,
    IReadOnlyList<string>? Cameras,
    bool Enabled,
    long CreatedAt,
    long UpdatedAt,
    long? FailingSince,
    long? SwitchedOffAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Secret)
{
    /// <param name="webhook">The row, with its cameras.</param>
    /// <param name="withSecret">Whether its secret is new, and shown this once.</param>
    public static WebhookResponse Of(Webhook webhook, bool withSecret = false) => new(
        webhook.Key,
        webhook.Url,
        [.. NoticeNames.All.Where(webhook.Kinds.Contains).Select(NoticeNames.Of)],
        webhook.AllCameras ? null : [.. webhook.Cameras.Select(camera => camera.Camera!.Id).Order(StringComparer.Ordinal)],
        webhook.IsEnabled,
        webhook.CreatedAt,
        webhook.UpdatedAt,
        webhook.FailingSince,
        webhook.SwitchedOffAt,
        withSecret ? webhook.Secret : null);

    /// <summary>Never the secret, and not the address, which may hold one.</summary>
    public override string ToString() => $"{nameof(WebhookResponse)} {Id}";
}

/// <summary><c>{"deliveries":[…]}</c>, newest first.</summary>
internal sealed record DeliveriesResponse(IReadOnlyList<DeliveryResponse> Deliveries);

/// <summary>A line of a webhook's log.</summary>
/// <param name="Id">Its number: the same at each attempt.</param>
/// <param name="Event">What it tells; <c>test</c> for a trial.</param>
/// <param name="EventId">The notice; <see langword="null"/> for a trial.</param>
/// <param name="CameraId">The camera, if it is about one.</param>
/// <param name="State"><c>waiting</c>, <c>delivered</c> or <c>given_up</c>.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="CreatedAt">When it was left here, Unix seconds.</param>
/// <param name="LastAttemptAt">When it was tried last.</param>
/// <param name="NextAttemptAt">When it is tried next; <see langword="null"/> if it is not.</param>
/// <param name="Status">The HTTP status of the last answer; <see langword="null"/> if there was none.</param>
/// <param name="Failure">What was wrong the last time.</param>
internal sealed record DeliveryResponse(
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
    string? Failure)
{
    /// <param name="delivery">The row, with its notice and the notice's camera.</param>
    public static DeliveryResponse Of(WebhookDelivery delivery) => new(
        delivery.Key,
        delivery.Notice is { } notice ? NoticeNames.Of(notice.Kind) : WebhookLetter.Trial,
        delivery.NoticeKey,
        delivery.Notice?.Camera?.Id,
        delivery.State switch
        {
            DeliveryState.Waiting => "waiting",
            DeliveryState.Delivered => "delivered",
            _ => "given_up",
        },
        delivery.Attempts,
        delivery.CreatedAt,
        delivery.TriedAt,
        delivery.DueAt,
        delivery.Status,
        delivery.Failure);
}
