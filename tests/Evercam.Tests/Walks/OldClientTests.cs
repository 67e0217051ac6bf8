using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Evercam.Tests.Storage;

namespace Evercam.Tests.Walks;

public sealed class SqliteOldClientTests(SqliteWalk shared) : OldClientTests(shared), IClassFixture<SqliteWalk>;

public sealed class PostgresOldClientTests(PostgresWalk shared) : OldClientTests(shared), IClassFixture<PostgresWalk>;

/// <summary>The habits of the client programs of 2014 (contract 0.1 to 0.5, 1.2), each on the way through an account and a
/// camera.</summary>
public abstract class OldClientTests(SharedApp shared)
{
    private EvercamApp App => shared.App;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_dotnet_client_writes_text_json_wants_xml_and_deletes_with_odd_types()
    {
        var joe = await App.AddUserAsync(CatalogRows.Fresh("dotnet"));
        var id = CatalogRows.Fresh("dotnet-");
        void AsDotNet(HttpRequestHeaders headers)
        {
            headers.Authorization = joe.Basic;
            headers.TryAddWithoutValidation("Accept", "application/json, application/xml, text/json, text/x-json, text/javascript, text/xml");
        }

        var created = await SendAsync(
            "POST", $"cameras.json?{joe.Keys}", "text/json; charset=utf-8", $$"""{"id":"{{id}}","name":"Yard","is_public":"False"}""", AsDotNet);
        Assert.Equal(201, created.Status);
        Assert.Equal(
            200, (await SendAsync("PATCH", $"cameras/{id}.json", "text/x-json", """{"external_http_port":"8080"}""", AsDotNet)).Status);
        var listed = await SendAsync("GET", $"users/{joe.Name}/cameras.json?with_data=False", null, "", AsDotNet);
        Assert.Equal(8080, (int)JsonNode.Parse(listed.Body)!["cameras"]![0]!["external_http_port"]!);

        // It names the parameter where the type belongs, so that its share stays.
        Assert.Equal(
            (400, """{"message":"share_id is missing"}"""),
            await SendAsync("DELETE", $"cameras/{id}/share.json", "share_id", "1", AsDotNet));
        Assert.Equal((200, "{}"), await SendAsync("DELETE", $"cameras/{id}.json", "share_id", "1", AsDotNet));
    }

    /// <summary>So it sends forms: <c>StringContent</c> in <c>MultipartFormDataContent</c> gives each text a type.</summary>
    [Fact]
    public async Task A_dotnet_program_sends_everything_back_in_parts_with_types()
    {
        var joe = await App.AddUserAsync(CatalogRows.Fresh("dotnet"));
        var id = CatalogRows.Fresh("dotnet-");
        await App.AddCameraAsync(id, joe);
        var path = $"cameras/{id}.json";
        var before = (await SendPartsAsync(
            path, joe, ("location_lng", "-6.26"), ("location_lat", "53.35"), ("discoverable", "True"), ("external_host", "203.0.113.9"))).One();
        Assert.Equal(
            (-6.26, true, "203.0.113.9"),
            ((double)before["location"]!["lng"]!, (bool)before["discoverable"]!, (string?)before["external_host"]));
        var after = (await SendPartsAsync(path, joe, [.. before.Select(field => (field.Key, $"{field.Value}"))])).One();
        after["updated_at"] = before["updated_at"]!.DeepClone();
        Assert.Equal(before.ToJsonString(), after.ToJsonString());
    }

    [Theory]
    [InlineData("discoverable", "discoverable", "true")]
    [InlineData("location", "location", "null")]
    [InlineData("location_lng", "location", "null")]
    [InlineData("\"location[lat]\"", "location", "null")]
    [InlineData("external_host", "external_host", "null")]
    [InlineData("external_http_port", "external_http_port", "null")]
    [InlineData("timezone", "timezone", "\"Etc/UTC\"")]
    public async Task A_blank_part_with_a_type_clears_what_a_blank_text_clears(string part, string field, string left)
    {
        var joe = await App.AddUserAsync(CatalogRows.Fresh("dotnet"));
        var id = CatalogRows.Fresh("dotnet-");
        await App.AddCameraAsync(id, joe);
        var path = $"cameras/{id}";
        var before = (await SendPartsAsync(
            path,
            joe,
            ("location_lng", "-6.26"),
            ("location_lat", "53.35"),
            ("discoverable", "true"),
            ("external_host", "203.0.113.9"),
            ("external_http_port", "8105"),
            ("timezone", "Europe/Dublin"))).One();
        foreach (var blank in new[] { "", " " })
        {
            var after = (await SendPartsAsync(path, joe, (part, blank))).One();
            before[field] = JsonNode.Parse(left);
            after["updated_at"] = before["updated_at"]!.DeepClone();
            Assert.Equal(before.ToJsonString(), after.ToJsonString());
        }
    }

    [Fact]
    public async Task The_java_client_doubles_slashes_and_puts_its_keys_into_bodies()
    {
        var developer = await App.AddUserAsync(CatalogRows.Fresh("java"));
        var person = new Person(CatalogRows.Fresh("person"));
        var signUp = People.SignUpOf(person);
        (signUp["api_id"], signUp["api_key"]) = (developer.ApiId, developer.ApiKey);
        Assert.Equal(201, (await SendAsync("POST", "/v1//users/", "application/json", signUp.ToJsonString())).Status);

        var id = CatalogRows.Fresh("java-");
        var camera = new JsonObject
        {
            ["id"] = id,
            ["name"] = "Yard",
            ["is_public"] = true,
            ["api_id"] = developer.ApiId,
            ["api_key"] = developer.ApiKey,
        };
        Assert.Equal(201, (await SendAsync("POST", "/v1//cameras", "application/json", camera.ToJsonString())).Status);
        camera["name"] = "Gate";
        var changed = await SendAsync("PATCH", $"/v1//cameras/{id}/", "application/json", camera.ToJsonString());
        Assert.Equal("Gate", (string?)changed.One()["name"]);
        Assert.Equal(401, (await SendAsync("DELETE", $"cameras/{id}/", "application/x-www-form-urlencoded", "api_id=x")).Status);
        Assert.Equal((200, "{}"), await SendAsync("DELETE", $"cameras/{id}/", "application/x-www-form-urlencoded", developer.Keys));
    }

    [Fact]
    public async Task The_javascript_library_sends_everything_back_as_a_form()
    {
        var joe = await App.AddUserAsync(CatalogRows.Fresh("script"));
        var id = CatalogRows.Fresh("script-");
        await App.AddCameraAsync(id, joe);
        void AsScript(HttpRequestHeaders headers)
        {
            headers.Authorization = joe.Basic;
            headers.Add("Origin", "https://example.org");
            headers.Add("X-Requested-With", "XMLHttpRequest");
        }

        var before = await SendAsync("GET", $"cameras/{id}?_=1397651000123", null, "", AsScript);
        var whole = before.One();
        var form = string.Join('&', whole.Select(field => $"{field.Key}={Uri.EscapeDataString($"{field.Value}")}"));
        var after = (await SendAsync("PATCH", $"cameras/{id}", "application/x-www-form-urlencoded; charset=UTF-8", form, AsScript)).One();
        after["updated_at"] = whole["updated_at"]!.DeepClone();
        Assert.Equal(whole.ToJsonString(), after.ToJsonString());
        Assert.Equal((200, "{}"), await SendAsync("DELETE", $"cameras/{id}", null, "", AsScript));
    }

    private async Task<(int Status, string Body)> SendPartsAsync(string path, TestUser caller, params (string Name, string Value)[] parts)
    {
        using var form = new MultipartFormDataContent();
        foreach (var (name, value) in parts)
        {
#pragma warning disable CA2000 // The form disposes of its parts.
            form.Add(new StringContent(value), name);
#pragma warning restore CA2000
        }

        using var request = new HttpRequestMessage(HttpMethod.Patch, path) { Content = form };
        request.Headers.Authorization = caller.Basic;
        using var answer = await App.Client.SendAsync(request, Cancellation);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancellation));
    }

    private async Task<(int Status, string Body)> SendAsync(
        string method, string path, string? type, string body, Action<HttpRequestHeaders>? adjust = null)
    {
        using var request = new HttpRequestMessage(new(method), path);
        if (type is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        adjust?.Invoke(request.Headers);
        using var answer = await App.Client.SendAsync(request, Cancellation);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancellation));
    }
}
