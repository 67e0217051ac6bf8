using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Evercam.Tests.OpenApi;

/// <summary>The description of the API as somebody reads it who has nothing else.</summary>
internal sealed class ApiDocument(string text)
{
    private readonly JsonNode root = JsonNode.Parse(text)!;

    public string Text => text;

    /// <summary>The operations by method and path.</summary>
    public IReadOnlyDictionary<string, JsonNode> Operations => root["paths"]!.AsObject()
        .SelectMany(path => path.Value!.AsObject().Select(operation => (Route: $"{operation.Key.ToUpperInvariant()} {path.Key}", operation.Value)))
        .ToDictionary(operation => operation.Route, operation => operation.Value!);

    public static async Task<ApiDocument> ReadAsync(EvercamApp app)
    {
        using var surfer = new Surfer(app);
        var answer = await surfer.GetAsync("/openapi/v1.json");
        Assert.Equal((200, "application/json"), (answer.Status, answer.Header("Content-Type")));
        return new(answer.Body);
    }

    /// <summary>The operations of the paths that an address can be of, whatever format it ends in.</summary>
    public IEnumerable<string> RoutesOf(string address)
    {
        var path = Regex.Replace(address, @"\.(xml|json)\z", "", RegexOptions.IgnoreCase);
        return Operations.Keys.Where(route => Regex.IsMatch(
            path, $@"\A{Regex.Replace(Regex.Escape(route[(route.IndexOf(' ', StringComparison.Ordinal) + 1)..]), @"\\\{[a-z]+}", "[^/]+")}/?\z"));
    }

    /// <summary>The parameters of an operation that may stand in its address.</summary>
    public IEnumerable<string> ParametersOf(string route) => ParameterLine.AddressOf(Operations[route]).Select(param => param.Name);

    /// <summary>What is said of the parameters of an operation, wherever they stand.</summary>
    public IEnumerable<(string Name, string Words)> WordsOf(string route) =>
        (from param in Operations[route]["parameters"]?.AsArray() ?? []
         select ((string)param!["name"]!, (string)param["description"]!))
        .Concat(
            from body in Operations[route]["requestBody"]?["content"]?.AsObject() ?? []
            from property in body.Value!["schema"]!["properties"]!.AsObject()
            select (property.Key, (string)property.Value!["description"]!));

    /// <summary>Whether it says of a described operation that it may answer so.</summary>
    public bool Knows(Answered answered) =>
        Operations[answered.Route]["responses"]![$"{answered.Status}"] is { } answer
        && (answered.MediaType is null || answer["content"]?[answered.MediaType] is not null);

    /// <summary>Whether it says of an answer of a described operation that it carries such a header.</summary>
    public bool Knows(SentHeader sent) => Operations[sent.Route]["responses"]![$"{sent.Status}"]?["headers"]?[sent.Name] is not null;

    /// <summary>Whether it says of a described operation that it takes such a parameter, in its address or in a body.</summary>
    public bool Knows(AskedOf asked) =>
        ParametersOf(asked.Route).Contains(asked.Name)
        || Operations[asked.Route]["requestBody"]?["content"]!.AsObject().Any(body => body.Value!["schema"]!["properties"]![asked.Name] is not null) == true;
}
