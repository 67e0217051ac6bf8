using System.Net;
using Evercam.Tests.SecondFactors;
using Evercam.Tests.Servers;

namespace Evercam.Tests.Commands;

/// <summary><c>evercam user</c>, as an administrator types it.</summary>
public class UserCommandTests
{
    private const string Secret = "joe's first secret";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_administrator_looks_after_accounts_beside_the_server()
    {
        using var data = new TempFolder();
        using var server = await EvercamProcess.StartAsync(
            data.Path, Cancellation, new Dictionary<string, string> { ["Evercam__Http__RememberCallers"] = "00:00:00" });
        using var surfer = new Surfer(server.Address);
        Assert.Equal(302, (await surfer.PostAsync(
            "/signup",
            ("forename", "Joe"), ("lastname", "Bloggs"), ("username", "joe"), ("country", "ie"), ("email", "joe@example.org"), ("password", Secret))).Status);
        Assert.Equal((0, "joe  joe@example.org (not confirmed), 0 cameras\n"), await RunAsync("list"));
        Assert.Equal((0, ""), await RunAsync("confirm", "JOE@example.org"));
        Assert.Equal((0, "joe  joe@example.org, 0 cameras\n"), await RunAsync("list"));

        // Joe switches a second factor on, and loses everything.
        var telephone = Telephone.Scan((await surfer.GetAsync(Telephone.Page)).Body, TimeProvider.System);
        Assert.Equal(200, (await surfer.PostAsync(
            Telephone.Page, ("action", "on"), ("factor", telephone.Sealed), ("code", telephone.Code), ("password", Secret))).Status);
        var (exit, shown) = await RunAsync("show", "joe");
        Assert.Equal(0, exit);
        Assert.Contains("second factor  on, 10 recovery codes left\n", shown, StringComparison.Ordinal);
        Assert.Contains("email          joe@example.org\n", shown, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync("second-factor", "off", "joe")).ExitCode);
        Assert.Contains("second factor  off\n", (await RunAsync("show", "joe")).Output, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await ByPasswordAsync(Secret));

        Assert.Equal((1, "password can't be blank\n"), await EvercamProcess.RunAsync("\n", Cancellation, Arguments("password", "joe")));
        Assert.Equal((0, ""), await EvercamProcess.RunAsync("another: sécret\n", Cancellation, Arguments("password", "joe")));
        Assert.Equal(HttpStatusCode.Unauthorized, await ByPasswordAsync(Secret));
        Assert.Equal(HttpStatusCode.OK, await ByPasswordAsync("another: sécret"));
        Assert.Equal((302, "/login?rt=%2Faccount"), (await surfer.GetAsync("/account")).Ends);

        Assert.Equal((0, "joe is removed, with 0 cameras\n"), await RunAsync("remove", "joe"));
        Assert.Equal(HttpStatusCode.Unauthorized, await ByPasswordAsync("another: sécret"));
        Assert.Equal((1, "There is no user joe.\n"), await RunAsync("remove", "joe"));
        Assert.Equal((0, ""), await RunAsync("list"));

        Task<(int ExitCode, string Output)> RunAsync(params string[] arguments) => EvercamProcess.RunAsync(Cancellation, Arguments(arguments));

        string[] Arguments(params string[] arguments) => ["user", .. arguments, "--Evercam:DataDirectory", data.Path];

        async Task<HttpStatusCode> ByPasswordAsync(string password)
        {
            server.SignIn("joe", password);
            using var answer = await server.Client.GetAsync("users/joe", Cancellation);
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task An_administrator_makes_accounts_where_nobody_may_sign_up()
    {
        using var data = new TempFolder();
        using var server = await EvercamProcess.StartAsync(data.Path, Cancellation, new Dictionary<string, string>
        {
            ["Evercam__SignUp"] = "closed",
            ["Evercam__Users__RequireConfirmation"] = "true",
        });
        await Eventually.IsTrueAsync(() => server.Log.Any(
            line => line.Contains($"The first one is made at {server.Address.GetLeftPart(UriPartial.Authority)}/setup", StringComparison.Ordinal)));
        using var surfer = new Surfer(server.Address);
        Assert.Equal((302, "/setup"), (await surfer.GetAsync("/")).Ends);

        Assert.Equal((0, ""), await AddAsync($"{Secret}\n", "joe", "Joe@example.org"));
        Assert.Equal((0, "joe  Joe@example.org, 0 cameras\n"), await EvercamProcess.RunAsync(Cancellation, "user", "list", "--Evercam:DataDirectory", data.Path));
        Assert.Equal((1, "username is already registered, email is already registered\n"), await AddAsync("x\n", "JOE", "joe@example.org"));
        Assert.Equal((1, "username is invalid, email is invalid, password can't be blank\n"), await AddAsync("\n", "ann.json", "ann"));
        Assert.Equal((302, "/"), (await surfer.PostAsync("/login", ("username", "joe"), ("password", Secret))).Ends);
        Assert.Equal((302, "/"), (await surfer.GetAsync("/setup")).Ends);

        Task<(int ExitCode, string Output)> AddAsync(string password, string name, string email) =>
            EvercamProcess.RunAsync(password, Cancellation, "user", "add", name, email, "--Evercam:DataDirectory", data.Path);
    }

    [Theory]
    [InlineData("user")]
    [InlineData("user", "add", "joe")]
    [InlineData("user", "show")]
    [InlineData("user", "password", "joe", "secret")]
    [InlineData("user", "second-factor", "on", "joe")]
    public async Task What_is_not_understood_is_said(params string[] arguments)
    {
        var (exit, said) = await EvercamProcess.RunAsync(Cancellation, arguments);
        Assert.Equal(2, exit);
        Assert.StartsWith("Try: evercam user list", said, StringComparison.Ordinal);
    }
}
