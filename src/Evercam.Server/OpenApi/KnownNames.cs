using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Evercam.Server.Activities;
using Evercam.Server.Notices;
using Evercam.Server.Webhooks;
using Microsoft.OpenApi;
using ActivityNames = Evercam.Server.Activities.ActivityNames;

namespace Evercam.Server.OpenApi;

/// <summary>The lists of names that parameters choose from and answers tell: they stand in the code once.</summary>
internal static class KnownNames
{
    /// <summary>By what params.txt calls them.</summary>
    private static readonly FrozenDictionary<string, IReadOnlyList<string>> Lists = new Dictionary<string, IReadOnlyList<string>>
    {
        ["kinds of notices"] = NoticeNames.Names,
        ["kinds of log lines"] = ActivityNames.All,
    }.ToFrozenDictionary();

    /// <summary>By the form and its member. A trial of a webhook is told like a notice.</summary>
    private static readonly FrozenDictionary<(Type Form, string Member), IReadOnlyList<string>> Members =
        new Dictionary<(Type, string), IReadOnlyList<string>>
        {
            [(typeof(NoticeResponse), "event")] = [.. NoticeNames.Names, WebhookLetter.Trial],
            [(typeof(NoticeResponse), "reason")] = NoticeNames.Reasons,
            [(typeof(DeliveryResponse), "event")] = [.. NoticeNames.Names, WebhookLetter.Trial],
            [(typeof(WebhookResponse), "events")] = NoticeNames.Names,
            [(typeof(MailChoiceResponse), "mails")] = NoticeNames.Names,
            [(typeof(LogEntry), "action")] = ActivityNames.All,
        }.ToFrozenDictionary();

    /// <summary>A list; <see langword="null"/> if nothing is called so.</summary>
    public static IReadOnlyList<string>? Find(string list) => Lists.GetValueOrDefault(list);

    /// <summary>Tells them of the members of a form.</summary>
    public static void Tell(Type form, OpenApiSchema schema)
    {
        foreach (var (member, described) in schema.Properties ?? new Dictionary<string, IOpenApiSchema>())
        {
            if (Members.TryGetValue((form, member), out var names))
            {
                Tell(names, (OpenApiSchema)described);
            }
        }
    }

    /// <summary>Tells them of a text, or of the texts in a list.</summary>
    public static void Tell(IEnumerable<string> names, OpenApiSchema schema)
    {
        var text = schema.Items as OpenApiSchema ?? schema;
        text.Enum = [.. names.Select(name => (JsonNode)JsonValue.Create(name))];
        if (text.Type?.HasFlag(JsonSchemaType.Null) == true)
        {
            text.Enum.Add(JsonNullSentinel.JsonNull);
        }
    }
}
