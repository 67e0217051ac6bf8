using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json.Nodes;

namespace Evercam.Server.OpenApi;

/// <summary>Examples of answers, recorded from a server that ran the demonstration.</summary>
internal static class RecordedAnswers
{
    private static readonly Lazy<FrozenDictionary<string, string>> All = new(Read);

    /// <param name="route">Such as <c>GET /v1/test</c>.</param>
    public static JsonNode? Find(string route) => All.Value.TryGetValue(route, out var text) ? JsonNode.Parse(text) : null;

    private static FrozenDictionary<string, string> Read()
    {
        using var file = Assembly.GetExecutingAssembly().GetManifestResourceStream("OpenApi/answers.json")!;
        return JsonNode.Parse(file)!.AsObject().ToFrozenDictionary(entry => entry.Key, entry => entry.Value!.ToJsonString());
    }
}
