using System.Globalization;
using Evercam.Server.Http;
using Evercam.Server.Pages;

namespace Evercam.Server.Webhooks;

/// <summary>What people are told of webhooks: rules, at the field that breaks one, and how deliveries went.</summary>
internal static class WebhookWords
{
    private static readonly Dictionary<string, (string Field, string Sentence)> Sentences = new()
    {
        ["url can't be blank"] = ("url", "Please type an address."),
        [WebhookRules.WrongUrl] = ("url", "This is no http or https address, or it holds an account, a blank or a #."),
        ["events can't be blank"] = ("events", "Please tick at least one."),
        [WebhookRules.WrongCameras] = ("cameras", "One of these is no camera of yours, nor shared with you so that you know of it."),
        [WebhookRules.WrongSecret] = ("secret", "A secret has 16 to 256 letters, digits and signs, and no blanks."),
    };

    /// <summary>Why a webhook was not kept; <see langword="null"/> if the form is not what it is about.</summary>
    public static FormRefusal? Refusal(ApiException refused, HttpContext context) =>
        refused.Rules is { } rules && rules.Any(rule => !Sentences.ContainsKey(rule))
            ? FormRefusal.Because("You have as many webhooks as you may have.")
            : FormRefusal.Of(refused, Of, context);

    /// <summary>A line of a webhook's log: when, what, and how it went.</summary>
    public static (long At, string What, string How) LineOf(DeliveryResponse delivery) => (
        delivery.CreatedAt,
        delivery.CameraId is { } camera ? $"{delivery.Event}, {camera}" : delivery.Event,
        HowItWent(delivery));

    /// <summary>How a delivery went, or goes, in a few words.</summary>
    private static string HowItWent(DeliveryResponse delivery)
    {
        var times = delivery.Attempts is 0 or 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" after {delivery.Attempts} attempts");
        return delivery.State switch
        {
            "delivered" => $"arrived{times}",
            "given_up" => $"given up{times}: {delivery.Failure}",
            _ when delivery.Failure is { } failure => $"{failure}; tried again at {At(delivery.NextAttemptAt)}",
            _ => "on its way",
        };
    }

    private static Dictionary<string, string> Of(IEnumerable<string> rules)
    {
        var problems = new Dictionary<string, string>();
        foreach (var (field, sentence) in rules.Where(Sentences.ContainsKey).Select(rule => Sentences[rule]))
        {
            problems.TryAdd(field, sentence);
        }

        return problems;
    }

    private static string At(long? second) =>
        DateTimeOffset.FromUnixTimeSeconds(second ?? 0).ToString("HH:mm:ss", CultureInfo.InvariantCulture);
}
