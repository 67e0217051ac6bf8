using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Evercam.Storage.Catalog;
using Evercam.Tests.OpenApi;
using Evercam.Tests.Storage;
using Evercam.Tests.Walks;
using Microsoft.Extensions.DependencyInjection;

namespace Evercam.Tests.Attack;

/// <summary>Requests that name every column of every table beside what they may.</summary>
public sealed partial class SmugglingTests(SqliteWalk shared) : IClassFixture<SqliteWalk>
{
    private const long Number = 77_777_777;
    private const string Text = "smuggled";

    private EvercamApp App => shared.App;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("POST", "users", """{"forename":"A","lastname":"B","username":"*","country":"ie","email":"*@example.org","password":"s3cret of *"}""")]
    [InlineData("PATCH", "users/{id}", """{"forename":"Ann"}""")]
    [InlineData("POST", "cameras", """{"id":"*","name":"Gate","is_public":false}""")]
    [InlineData("PATCH", "cameras/{id}", """{"name":"Gate"}""")]
    [InlineData("PUT", "cameras/{id}/recording", """{"status":"off","frequency":30}""")]
    [InlineData("POST", "cameras/{id}/apps/cloud-recording", """{"status":"off","frequency":5}""")]
    [InlineData("POST", "cameras/{id}/share", """{"email":"*@example.net","rights":"View"}""")]
    [InlineData("PATCH", "cameras/share/{id}", """{"rights":"View"}""")]
    [InlineData("PATCH", "shares/requests/{id}", """{"rights":"View"}""")]
    [InlineData("POST", "client", """{"name":"App *","callback_uris":"https://app.example/","user_name":"x","email":"x"}""")]
    [InlineData("PATCH", "client/{id}", """{"name":"App *"}""")]
    [InlineData("POST", "webhooks", """{"url":"http://127.0.0.1:1/"}""")]
    [InlineData("PATCH", "webhooks/{id}", """{"enabled":false}""")]
    public async Task What_is_no_parameter_is_written_nowhere(string method, string path, string honest)
    {
        var document = await ApiDocument.ReadAsync(App);
        var columns = ColumnsBeside(document, $"{method} /v1/{path}").ToList();
        Assert.Contains("owner_key", columns.Select(column => column.Name));
        var plain = await WrittenAsync(method, path, honest, []);
        Assert.NotEmpty(plain);

        // Somebody who is alike asks for the same, and for more.
        foreach (var yes in new[] { true, false })
        {
            var smuggled = await WrittenAsync(method, path, honest, columns.Select(column => (column.Name, ValueFor(column.Type, yes))));
            Assert.Equal(plain, smuggled);
        }
    }

    /// <summary>Asks as somebody new, and gives back which rows that has changed.</summary>
    private async Task<IReadOnlyList<string>> WrittenAsync(string method, string path, string honest, IEnumerable<(string Name, JsonNode Value)> more)
    {
        var party = await Party.SetAsync(App);
        var body = JsonNode.Parse(honest.Replace("*", CatalogRows.Fresh("new"), StringComparison.Ordinal))!.AsObject();
        foreach (var (name, value) in more)
        {
            body[name] = value;
        }

        var route = ApiRoute.Of(App).Single(known => $"{known.Method} {known.Pattern.RawText!.TrimEnd('/')}" == $"{method} /v1/{path}");
        var before = (await WholeDatabase.ReadAsync(App, Cancellation)).Select(row => row.ToString()).ToHashSet();
        var asked = EachOtherTests.OwnOf(route, party);
        var (status, answer) = await App.AskAsync(method, $"{path.Replace("{id}", asked, StringComparison.Ordinal)}?{party.User.Keys}", json: body);
        Assert.True(status is 200 or 201, answer);
        Assert.DoesNotContain(Text, answer, StringComparison.Ordinal);
        var written = (await WholeDatabase.ReadAsync(App, Cancellation)).Where(row => !before.Contains(row.ToString())).ToList();
        Assert.DoesNotContain(written, row => row.Values.Any(pair => pair.Value == $"{Number}" || pair.Value.Contains(Text, StringComparison.Ordinal)));
        return [.. written.Select(row => new StoredRow(row.Table, [.. row.Values.Select(pair => (pair.Column, Masked(pair.Column, pair.Value)))]).ToString())
            .Order(StringComparer.Ordinal)];
    }

    /// <summary>The columns of all tables, in each spelling that a reader of the code would try, which the route has no parameter for. With two of
    /// them anybody says who calls.</summary>
    private IEnumerable<(string Name, Type Type)> ColumnsBeside(ApiDocument document, string route)
    {
        using var scope = App.Services.CreateScope();
        var model = scope.ServiceProvider.GetRequiredService<EvercamDb>().Model;
        var properties = model.GetEntityTypes().SelectMany(entity => entity.GetProperties()).Where(property => !property.IsShadowProperty())
            .Select(property => (property.Name, property.ClrType)).DistinctBy(property => property.Name).ToList();
        return properties
            .SelectMany(property => new[] { property.Name, JsonNamingPolicy.CamelCase.ConvertName(property.Name), JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name) }
                .Select(name => (name, property.ClrType)))
            .DistinctBy(property => property.name)
            .Where(property => !document.Knows(new AskedOf(route, property.name)) && property.name is not ("api_id" or "api_key"));
    }

    private static JsonNode ValueFor(Type type, bool yes)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain == typeof(bool) ? JsonValue.Create(yes)
            : plain.IsPrimitive || plain.IsEnum ? JsonValue.Create(yes ? Number : 1)
            : plain.IsGenericType ? new JsonArray(Text)
            : JsonValue.Create(Text)!;
    }

    /// <summary>Without what differs from one user to the next: names and keys by their numbers, moments, and what is sealed or random.</summary>
    private static string Masked(string column, string value) =>
        column is "id" or "key" || column.EndsWith("key", StringComparison.OrdinalIgnoreCase) || column.EndsWith("_id", StringComparison.Ordinal) ? "#"
        : value.Length >= 20 || Unlike().IsMatch(value) ? "#"
        : Numbers().Replace(value, "#");

    [GeneratedRegex(@"\A([0-9]{9,}|[0-9a-f]{8,})\z")]
    private static partial Regex Unlike();

    [GeneratedRegex("(?<=[A-Za-z:-])[0-9a-f]+|[0-9a-f]+(?=:)")]
    private static partial Regex Numbers();
}
