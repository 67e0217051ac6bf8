using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using MimeKit;

namespace Evercam.Tests.SecondFactors;

/// <summary>Joe, his browser and his telephone.</summary>
internal sealed class FactorStage : IDisposable
{
    private readonly FakeTimeProvider clock;

    private FactorStage(EvercamApp app, FakeTimeProvider clock)
    {
        (App, this.clock) = (app, clock);
        Surfer = new(app);
    }

    public EvercamApp App { get; }

    public Surfer Surfer { get; }

    public TestUser Joe { get; private set; } = null!;

    public Telephone Telephone { get; private set; } = null!;

    public IReadOnlyList<string> RecoveryCodes { get; private set; } = [];

    public string Own => $"/v1/users/{Joe.Name}";

    /// <summary>Joe is logged in and looks at the page; his telephone has scanned the key.</summary>
    public static async Task<FactorStage> SetAsync(EvercamApp app, FakeTimeProvider clock)
    {
        var stage = new FactorStage(app, clock) { Joe = await app.AddUserAsync(CatalogRows.Fresh("joe")) };
        await stage.Surfer.LogInAsync(stage.Joe);
        stage.Telephone = Telephone.Scan((await stage.Surfer.GetAsync(Telephone.Page)).Body, clock);
        return stage;
    }

    /// <summary>Joe has switched the second factor on, and then logged out.</summary>
    public static async Task<FactorStage> SetWithFactorAsync(EvercamApp app, FakeTimeProvider clock)
    {
        var stage = await SetAsync(app, clock);
        var done = await stage.SwitchOnAsync(stage.Telephone.Code);
        Assert.Equal(200, done.Status);
        stage.RecoveryCodes = Telephone.RecoveryCodesOf(done);
        await stage.Surfer.PostAsync("/logout");
        return stage;
    }

    public Task<Sight> SwitchOnAsync(string code, string? password = null) => Surfer.PostAsync(
        Telephone.Page, ("action", "on"), ("factor", Telephone.Sealed), ("code", code), ("password", password ?? Joe.Password));

    public Task<Sight> SendAsync(string action, string code, string? password = null) => Surfer.PostAsync(
        Telephone.Page, ("action", action), ("code", code), ("password", password ?? Joe.Password));

    /// <summary>The first step of logging in.</summary>
    public Task<Sight> GivePasswordAsync(Surfer? surfer = null, string? password = null) =>
        (surfer ?? Surfer).PostAsync("/login", ("username", Joe.Name), ("password", password ?? Joe.Password));

    /// <summary>The second.</summary>
    public Task<Sight> GiveCodeAsync(string code, Surfer? surfer = null) => (surfer ?? Surfer).PostAsync("/login/code", ("code", code));

    /// <summary>The second, from somewhere else.</summary>
    public static async Task<Sight> GiveCodeFromAsync(string source, string code, Surfer surfer)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/login/code") { Content = new FormUrlEncodedContent([new("code", code)]) };
        request.Headers.Add("X-Forwarded-For", source);
        return await surfer.SendAsync(request);
    }

    /// <summary>Both steps, with the code that the telephone shows next.</summary>
    public async Task LogInAsync()
    {
        Assert.Equal((302, "/login/code"), (await GivePasswordAsync()).Ends);
        Assert.Equal((302, "/"), (await GiveCodeAsync(Telephone.Next())).Ends);
    }

    public async Task<bool> IsOnAsync() => await App.StoreAsync(db => db.Users.AnyAsync(
        user => user.Id == Joe.Key && user.TwoFactorEnabled && db.SecondFactors.Any(factor => factor.UserKey == user.Id)));

    /// <summary>Joe has confirmed his email.</summary>
    public Task ConfirmAsync() => App.StoreAsync(db => db.Users.Where(user => user.Id == Joe.Key).ExecuteUpdateAsync(
        set => set.SetProperty(user => user.ConfirmedAt, CatalogRows.Now)));

    /// <summary>The subjects of all mails that joe has got.</summary>
    public async Task<IReadOnlyList<string>> MailsAsync()
    {
        await Eventually.IsTrueAsync(async () =>
        {
            clock.Advance(TimeSpan.FromSeconds(2));
            return !await App.StoreAsync(db => db.Mails.AnyAsync(mail => mail.Recipient == Joe.Email));
        });
        var folder = Path.Combine(App.Folder, "mail");
        var mails = (Directory.Exists(folder) ? Directory.GetFiles(folder, "*.eml") : []).Order().Select(file => MimeMessage.Load(file)).ToList();
        var subjects = mails.Where(mail => mail.To.Mailboxes.Single().Address == Joe.Email).Select(mail => mail.Subject!).ToList();
        mails.ForEach(mail => mail.Dispose());
        return subjects;
    }

    /// <summary>A program that signs in with the password.</summary>
    public async Task<Sight> CallAsync(string path, string? password = null)
    {
        using var program = new Surfer(App);
        return await program.GetAsync(path, ("Authorization", $"{TestUser.BasicOf(Joe.Name, password ?? Joe.Password)}"));
    }

    public void Dispose() => Surfer.Dispose();
}
