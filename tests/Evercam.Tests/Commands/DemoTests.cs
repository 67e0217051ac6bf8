using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Evercam.Tests.Servers;

namespace Evercam.Tests.Commands;

/// <summary>The demonstration of the real program: what its start prints, and the cameras that it shows.</summary>
public sealed partial class DemoTests
{
    private static readonly string[] Cameras = ["building-site", "high-street", "hill-farm", "harbour"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_first_start_prints_where_to_go_with_which_password_and_how_to_be_rid_of_it()
    {
        using var data = new TempFolder();
        using (var server = await EvercamProcess.StartAsync(data.Path, Cancellation, withDemo: true))
        {
            var printed = await PrintedAsync(server);
            using var surfer = new Surfer(server.Address);
            var picture = Line(printed, "A live picture, without logging in");
            Assert.StartsWith(server.Address.ToString(), picture, StringComparison.Ordinal);
            Assert.Equal((200, "image/jpeg"), await TypeOfAsync(surfer, picture));

            var (name, password) = (Line(printed, "User name"), Line(printed, "Password"));
            await surfer.LogInAsync(new(0, name, password, "", ""));
            Assert.Equal(200, (await surfer.GetAsync("/v1/cameras/harbour")).Status);

            using var caller = new Surfer(server.Address);

            // What stands behind the two calls of curl is asked as it stands there.
            foreach (var (what, type) in new[] { ("All about one camera", "application/json"), ("Its latest stored picture", "image/jpeg") })
            {
                var call = Curl().Match(Line(printed, what));
                Assert.Equal($"{name}:{password}", call.Groups["login"].Value);
                await Eventually.IsTrueAsync(async () => await TypeOfAsync(
                    caller, call.Groups["address"].Value, ("Authorization", $"{TestUser.BasicOf(name, password)}")) == (200, type));
            }

            Assert.Contains("To start without it: --Evercam:Demo=false.", printed, StringComparison.Ordinal);
            Assert.Contains($"To be rid of it: delete the user \"{name}\".", printed, StringComparison.Ordinal);
            server.SignIn(name, password);
            Assert.Equal(200, (int)(await server.Client.DeleteAsync($"users/{name}", Cancellation)).StatusCode);
        }

        using (await EvercamProcess.StartAsync(data.Path, Cancellation, withDemo: true))
        {
            await Eventually.IsTrueAsync(() => File.Exists(data["demo-declined"]) && !File.Exists(data["demo-password"]));
        }
    }

    [Fact]
    public async Task All_four_cameras_ask_for_Digest_and_are_recorded()
    {
        using var data = new TempFolder();
        using var server = await EvercamProcess.StartAsync(data.Path, Cancellation, withDemo: true);
        await LogInAsync(server);
        var listed = JsonNode.Parse(await server.Client.GetStringAsync("users/demo/cameras", Cancellation))!["cameras"]!.AsArray();
        Assert.Equal(Cameras.Order(), listed.Select(camera => (string)camera!["id"]!).Order());
        using var stranger = new HttpClient();
        foreach (var camera in listed)
        {
            var id = (string)camera!["id"]!;
            using var refusal = await stranger.GetAsync(
                $"http://{camera["external_host"]}:{camera["external_http_port"]}{camera["jpg_url"]}", Cancellation);
            Assert.Equal((id, 401), (id, (int)refusal.StatusCode));
            var challenge = Assert.Single(refusal.Headers.WwwAuthenticate);
            Assert.Equal("Digest", challenge.Scheme);
            Assert.Contains("algorithm=SHA-256", challenge.Parameter, StringComparison.Ordinal);

            var recording = JsonNode.Parse(await server.Client.GetStringAsync($"cameras/{id}/recording", Cancellation))!["recordings"]![0]!;
            Assert.Equal("on", (string?)recording["status"]);
            await Eventually.IsTrueAsync(async () =>
                JsonNode.Parse(await server.Client.GetStringAsync($"cameras/{id}/snapshots", Cancellation))!["snapshots"]!.AsArray().Count >= 2);
        }
    }

    [Fact]
    public async Task The_password_of_a_camera_is_never_its_owners_also_where_an_earlier_build_had_made_it_so()
    {
        using var data = new TempFolder();
        string password;
        using (var server = await EvercamProcess.StartAsync(data.Path, Cancellation, withDemo: true))
        {
            password = await LogInAsync(server);
            foreach (var id in Cameras)
            {
                Assert.NotEqual(password, await SecretOfAsync(server, id));
                using var earlier = new FormUrlEncodedContent([new("cam_password", password)]);
                Assert.Equal(200, (int)(await server.Client.PatchAsync($"cameras/{id}", earlier, Cancellation)).StatusCode);
                Assert.Equal(password, await SecretOfAsync(server, id));
            }
        }

        using (var again = await EvercamProcess.StartAsync(data.Path, Cancellation, withDemo: true))
        {
            Assert.Equal(password, await LogInAsync(again));
            foreach (var id in Cameras)
            {
                Assert.NotEqual(password, await SecretOfAsync(again, id));
                Assert.Equal((id, 200), (id, (int)(await again.Client.GetAsync($"cameras/{id}/snapshot.jpg", Cancellation)).StatusCode));
            }
        }
    }

    [Fact]
    public async Task A_camera_that_its_owner_made_another_one_of_keeps_its_password()
    {
        using var data = new TempFolder();
        using (var server = await EvercamProcess.StartAsync(data.Path, Cancellation, withDemo: true))
        {
            await LogInAsync(server);
            using var own = new FormUrlEncodedContent([new("external_host", "127.0.0.2"), new("cam_password", "0wn")]);
            Assert.Equal(200, (int)(await server.Client.PatchAsync("cameras/harbour", own, Cancellation)).StatusCode);
        }

        using var again = await EvercamProcess.StartAsync(data.Path, Cancellation, withDemo: true);
        await LogInAsync(again);
        Assert.Equal("0wn", await SecretOfAsync(again, "harbour"));
    }

    [Fact]
    public async Task Where_others_can_reach_the_server_its_own_cameras_are_asked_and_nothing_else_of_this_machine()
    {
        using var data = new TempFolder();
        using (var server = await EvercamProcess.StartAsync(data.Path, Cancellation, withDemo: true))
        {
            await LogInAsync(server);
        }

        await using var other = RawCamera.Answering(_ => RawCamera.Answer("404 Not Found", []));
        var known = new Dictionary<string, string> { ["Evercam__PublicUrl"] = "https://cams.example.org" };
        using var again = await EvercamProcess.StartAsync(data.Path, Cancellation, known, withDemo: true);
        await LogInAsync(again);
        foreach (var id in Cameras)
        {
            Assert.Equal((id, 200), (id, (int)(await again.Client.GetAsync($"cameras/{id}/snapshot.jpg", Cancellation)).StatusCode));
        }

        using var refused = await again.Client.GetAsync(
            $"cameras/test?external_url=http://127.0.0.1:{other.Port}&jpg_url=/a.jpg&cam_username=a&cam_password=b", Cancellation);
        Assert.Equal(503, (int)refused.StatusCode);
        Assert.Empty(other.Requests);
    }

    [Fact]
    public async Task Where_its_cameras_may_not_be_asked_at_all_it_does_not_run_and_says_so()
    {
        using var data = new TempFolder();
        var denied = new Dictionary<string, string> { ["Evercam__Cameras__DeniedRanges__0"] = "127.0.0.0/8" };
        using var server = await EvercamProcess.StartAsync(data.Path, Cancellation, denied, withDemo: true);
        await Eventually.IsTrueAsync(() => server.Log.Any(line => line.Contains(
            "The demonstration does not run: its cameras are at 127.0.0.1, and the address is in a denied range", StringComparison.Ordinal)));
        Assert.DoesNotContain(server.Log, line => line.Contains("is running", StringComparison.Ordinal));
    }

    [Fact]
    public async Task That_its_cameras_listen_elsewhere_after_a_start_is_no_change_of_theirs()
    {
        using var data = new TempFolder();
        var secret = "";
        using (var server = await EvercamProcess.StartAsync(data.Path, Cancellation, withDemo: true))
        {
            await LogInAsync(server);
            secret = await SecretOfAsync(server, "harbour");
        }

        using var again = await EvercamProcess.StartAsync(data.Path, Cancellation, withDemo: true);
        await LogInAsync(again);
        Assert.NotEqual(secret, await SecretOfAsync(again, "harbour"));
        foreach (var id in Cameras)
        {
            var camera = JsonNode.Parse(await again.Client.GetStringAsync($"cameras/{id}", Cancellation))!["cameras"]![0]!;
            Assert.Equal((id, (long)camera["created_at"]!), (id, (long)camera["updated_at"]!));
            Assert.DoesNotContain("edited", await again.Client.GetStringAsync($"cameras/{id}/logs?objects=true", Cancellation), StringComparison.Ordinal);
        }
    }

    /// <summary>What is printed when all is there.</summary>
    private static async Task<string> PrintedAsync(EvercamProcess server)
    {
        await Eventually.IsTrueAsync(() => server.Log.Any(line => line.Contains("To be rid of it", StringComparison.Ordinal)));
        return string.Join('\n', server.Log);
    }

    private static string Line(string printed, string what) =>
        Assert.Single(printed.Split('\n'), line => line.StartsWith($"    {what}  ", StringComparison.Ordinal))[(4 + what.Length)..].Trim();

    private static async Task<string> LogInAsync(EvercamProcess server)
    {
        var printed = await PrintedAsync(server);
        server.SignIn(Line(printed, "User name"), Line(printed, "Password"));
        return Line(printed, "Password");
    }

    private static async Task<string> SecretOfAsync(EvercamProcess server, string id) =>
        (string)JsonNode.Parse(await server.Client.GetStringAsync($"cameras/{id}", Cancellation))!["cameras"]![0]!["cam_password"]!;

    private static async Task<(int Status, string? Type)> TypeOfAsync(Surfer surfer, string address, params (string, string)[] headers)
    {
        var sight = await surfer.GetAsync(address, headers);
        return (sight.Status, sight.Headers["Content-Type"].FirstOrDefault()?.Split(';')[0]);
    }

    [GeneratedRegex(@"\Acurl -u (?<login>\S+) (?<address>\S+)( -o \S+)?\z")]
    private static partial Regex Curl();
}
