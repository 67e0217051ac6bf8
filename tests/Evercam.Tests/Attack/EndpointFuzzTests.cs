using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Evercam.CameraClient;
using Evercam.Tests.Walks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Evercam.Tests.Attack;

/// <summary>Requests made up at random: any route, some of whose parameters are not what they should be, in any form that parameters come
/// in, of anybody.</summary>
public sealed class EndpointFuzzTests
{
    /// <summary>After each of so many parts everybody begins anew, for accounts and cameras have been renamed and deleted by then.</summary>
    private static readonly int Parts = LongForm.Times(everyday: 2, inLongForm: 1_000);

    /// <summary>What is allocated beyond what there was after the first part: caches have bounds.</summary>
    private const long MostGrowthBytes = 200_000_000;

    private static readonly Gen<string> Value = Gen.Frequency<string>(
        (3, Gen.OneOf(Odd.Values.Where(value => value.Length < 1_000).ToArray())),
        (2, Garbled.Text("0", "-1", "a", ".", "/", ":", "@", "%", "[", "]", "\u00FC", "\"", "{", "}", ",", "true", "1397651000", "view", "camera")
            .Select(text => JsonValue.Create(Clean(text))!.ToJsonString())),
        (1, Gen.Long.Select(number => $"{number}")),
        (1, Gen.Double.Select(number => double.IsFinite(number) ? $"{number}" : "1e999")));

    [Fact]
    public async Task No_request_is_a_bug()
    {
        var settings = new Dictionary<string, string?>(SqliteWalk.Unthrottled)
        {
            ["Evercam:Recorder:OnlineCheck"] = "false",
            ["Evercam:Cameras:DeniedRanges:0"] = "0.0.0.0/0",
            ["Evercam:Cameras:DeniedRanges:1"] = "::/0",
            ["Evercam:Cameras:PerUser"] = "1000000",
            ["Evercam:Clients:PerUser"] = "1000000",
        };
        await using var app = await EvercamApp.StartAsync(settings, adjust: builder =>
        {
            // Nobody is asked for the addresses of names that are made up.
            builder.Services.AddSingleton(services => new CameraFetcher(
                services.GetRequiredService<IOptions<CameraClientOptions>>().Value, TimeProvider.System, services.GetRequiredService<ILogger<CameraFetcher>>(),
                (_, _) => throw new SocketException((int)SocketError.HostNotFound)));
        });
        var routes = ApiRoute.Of(app);
        long? first = null;
        for (var part = 0; part < Parts; part++)
        {
            var walker = await Walker.SetOutAsync(app);
            await CasesOf(routes.Count).SampleAsync(one => AskAsync(walker, routes[one.Route], one), iter: LongForm.Times(everyday: 300, inLongForm: 1_000));
            var taken = GC.GetTotalMemory(forceFullCollection: true);
            first ??= taken;
            Assert.InRange(taken - first.Value, long.MinValue, MostGrowthBytes);
        }
    }

    private static Gen<Case> CasesOf(int routes) => Gen.Select(
        Gen.Int[0, routes - 1],
        Gen.Int[0, 3],
        Gen.Int[0, 9],
        Gen.Select(Gen.Int[0, 1_000], Value).Array[0, 3],
        Gen.Select(Gen.Int[0, 4], Gen.OneOf(Odd.Segments.Where(segment => segment.Length < 1_000 && segment != "%00").ToArray())),
        (route, form, caller, changes, segment) => new Case(route, form, caller, changes, segment));

    private static async Task AskAsync(Walker walker, ApiRoute route, Case one)
    {
        var parameters = walker.Sound(route).Select(parameter => (Name: parameter.Key, Json: parameter.Value?.ToJsonString() ?? "null")).ToList();
        foreach (var (which, value) in one.Changes)
        {
            // One in four goes missing.
            var at = which % parameters.Count;
            (parameters[at], var gone) = ((parameters[at].Name, value), which % 4 == 0);
            if (gone)
            {
                parameters.RemoveAt(at);
            }
        }

        var names = route.Names.ToList();
        var path = walker.PathOf(route, names.Count > 0 && one.Segment.Which == 0 ? (names[one.Route % names.Count], one.Segment.Text) : null);
        var keys = one.Caller switch { 0 => "", 1 => "api_id=x&api_key=%00", < 4 => walker.StrangersKeys, _ => walker.Keys };
        var query = string.Join('&', parameters.Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(Bare(parameter.Json))}"));
        var heard = (route.HasBody, one.Form) switch
        {
            (false, _) or (true, 0) => await walker.AskAsync(route.Method, $"{path}?{keys}&{query}"),
            (true, 1) => await walker.AskAsync(route.Method, $"{path}?{keys}", "application/x-www-form-urlencoded", query),
            (true, 2) => await walker.AskAsync(route.Method, $"{path}?{keys}", "multipart/form-data; boundary=b", Multipart(parameters)),
            _ => await walker.AskAsync(
                route.Method, $"{path}?{keys}", "application/json", $"{{{string.Join(',', parameters.Select(parameter => $"\"{parameter.Name}\":{parameter.Json}"))}}}"),
        };
        Walker.IsSound($"{route} {one}", heard);
    }

    /// <summary>A JSON value as forms write it. Half a letter becomes what is none.</summary>
    private static string Bare(string json) =>
        json[0] == '"' && !json.Contains("\\ud800", StringComparison.Ordinal) ? JsonNode.Parse(json)!.GetValue<string>() : json;

    private static string Clean(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    private static string Multipart(IEnumerable<(string Name, string Json)> parameters) => string.Concat(parameters.Select(
        parameter => $"--b\r\nContent-Disposition: form-data; name={parameter.Name}\r\n\r\n{Bare(parameter.Json)}\r\n")) + "--b--\r\n";

    private sealed record Case(int Route, int Form, int Caller, (int Which, string Value)[] Changes, (int Which, string Text) Segment)
    {
        public override string ToString() => $"in form {Form} of caller {Caller} at {Segment}: {string.Join(", ", Changes)}";
    }
}
