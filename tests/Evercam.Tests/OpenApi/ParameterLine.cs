using System.Text.Json.Nodes;

namespace Evercam.Tests.OpenApi;

/// <summary>What an operation asks a request for beside what its path names, in a line of <c>Golden/parameters.txt</c>.</summary>
internal static class ParameterLine
{
    /// <param name="route">Method and path.</param>
    /// <param name="operation">What the document says of it.</param>
    public static string Of(string route, JsonNode operation)
    {
        var sections = BodyOf(operation).Concat(AddressOf(operation).Where(param => param.Place != "path"))
            .GroupBy(param => param.Name)
            .GroupBy(param => InWords(param.Select(one => one.Place)), param => $"{param.Key}{Mark([.. param])}")
            .Select(section => $" | {section.Key} {string.Join(' ', section)}");
        return $"{route}{string.Concat(sections)}";
    }

    /// <summary>What may stand in the address, and whether it must.</summary>
    public static IEnumerable<(string Name, string Place, bool IsRequired)> AddressOf(JsonNode operation) =>
        from param in operation["parameters"]?.AsArray() ?? []
        select ((string)param!["name"]!, (string)param["in"]!, (bool?)param["required"] == true);

    private static IEnumerable<(string Name, string Place, bool IsRequired)> BodyOf(JsonNode operation) =>
        from body in operation["requestBody"]?["content"]?.AsObject() ?? []
        let schema = body.Value!["schema"]!
        let required = (schema["required"]?.AsArray() ?? []).Select(name => (string)name!).ToList()
        from property in schema["properties"]!.AsObject()
        select (property.Key, body.Key switch
        {
            "application/json" => "json",
            "application/x-www-form-urlencoded" => "form",
            "multipart/form-data" => "multipart",
            _ => body.Key,
        }, required.Contains(property.Key));

    private static string InWords(IEnumerable<string> places) => string.Join('+', places) switch
    {
        "json+form+multipart" => "body",
        "json+form+multipart+query" => "anywhere",
        var some => some,
    };

    /// <summary>Where there is a body, what must be there must be in that, because the query cannot know: anything else is told.</summary>
    private static string Mark(IReadOnlyList<(string Name, string Place, bool IsRequired)> param)
    {
        var required = param.Where(one => one.IsRequired).Select(one => one.Place).ToList();
        var expected = param.Where(one => param.Count == 1 || one.Place != "query").Select(one => one.Place);
        return required.Count == 0 ? "" : required.SequenceEqual(expected) ? "!" : $"!({string.Join('+', required)})";
    }
}
