using Evercam.Server.Http;
using Evercam.Server.Notices;
using Evercam.Server.Pages;
using Evercam.Storage.Catalog;

namespace Evercam.Server.Webhooks;

/// <summary>What a person typed and ticked about a webhook.</summary>
internal sealed record WebhookForm(
    string Url, IReadOnlyList<NoticeKind> Kinds, string Cameras, string Secret, bool Enabled, IReadOnlyList<string> Unreadable)
{
    /// <summary>The form before anybody has filled it in: it proposes all that there is.</summary>
    public static WebhookForm Empty { get; } = new("", NoticeNames.All, "", "", true, []);

    /// <summary>What the page shows.</summary>
    public Dictionary<string, string> Typed => new()
    {
        ["url"] = Url,
        ["cameras"] = Cameras,
        ["enabled"] = Enabled ? "true" : "",
    };

    /// <summary>All that the pages ask for.</summary>
    public WebhookFields Fields => new(Url, [.. Kinds.Select(NoticeNames.Of)], WebhookFields.CamerasOf(Cameras), null, Enabled);

    public static async ValueTask<WebhookForm?> BindAsync(HttpContext context)
    {
        var form = await TypedForm.ReadAsync(context);
        return new(
            form.Line("url"),
            TickedKinds.Of(form).Kinds,
            form.Line("cameras"),
            form.Line("secret"),
            form.Line("enabled").Length > 0,
            form.Unreadable);
    }

    /// <summary>What is so now.</summary>
    public static WebhookForm Of(Webhook webhook) => new(
        webhook.Url,
        webhook.Kinds,
        webhook.AllCameras ? "" : TextOf([.. webhook.Cameras.Select(camera => camera.Camera!.Id).Order(StringComparer.Ordinal)]),
        "",
        webhook.IsEnabled,
        []);

    /// <summary>As it would be typed. With a comma behind it, a camera of that name is not the word.</summary>
    private static string TextOf(string[] ids) => ids switch
    {
        [] => WebhookFields.None,
        [WebhookFields.None or WebhookFields.All] => $"{ids[0]},",
        _ => string.Join(", ", ids),
    };

    /// <exception cref="ApiException">Some of it was no text (400).</exception>
    public void ThrowIfUnreadable()
    {
        if (Unreadable.Count > 0)
        {
            throw ApiException.BrokenRules(Unreadable);
        }
    }

    /// <summary>Never the secret, and not the address, which may hold one.</summary>
    public override string ToString() => nameof(WebhookForm);
}
