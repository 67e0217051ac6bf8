using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Evercam.Server.Users;
using Evercam.Tests.Servers;
using Evercam.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Evercam.Tests.Mail;

/// <summary>A server that sends its mail to a real mail server, on one of the databases. A class fixture.</summary>
public abstract class MailApp : IAsyncLifetime
{
    public const string PublicUrl = "https://cameras.example.org";

    private readonly List<string> received = [];

    public FakeTimeProvider Clock { get; } = new(DateTimeOffset.FromUnixTimeSeconds(CatalogRows.Now));

    public SmtpServer Smtp { get; private set; } = null!;

    public EvercamApp App { get; private set; } = null!;

    public Lines Log { get; } = new();

    /// <summary>What happens in the middle of its requests.</summary>
    public Meanwhile Meanwhile { get; } = new();

    public async ValueTask InitializeAsync()
    {
        Smtp = await SmtpServer.StartAsync();
        App = await StartAsync(new Dictionary<string, string?>(await SettingsAsync())
        {
            ["Evercam:Mail:Host"] = "127.0.0.1",
            ["Evercam:Mail:Port"] = $"{Smtp.Port}",
            ["Evercam:Mail:Tls"] = "None",
            ["Evercam:Mail:From"] = "Evercam <cameras@example.org>",
            ["Evercam:PublicUrl"] = $"{PublicUrl}/",
        }, Clock, Log, Meanwhile);
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Smtp.DisposeAsync();
        Log.Dispose();
        GC.SuppressFinalize(this);
    }

    internal static Task<EvercamApp> StartAsync(
        Dictionary<string, string?> settings, TimeProvider? clock, ILoggerProvider? log = null, Meanwhile? meanwhile = null) =>
        EvercamApp.StartAsync(
            new Dictionary<string, string?>(settings) { ["Evercam:Recorder:OnlineCheck"] = "false" },
            clock,
            adjust: builder =>
            {
                if (log is not null)
                {
                    builder.Services.AddSingleton(log);
                }

                meanwhile?.StandIn(builder);
            });

    /// <summary>Waits for the next mail to an address.</summary>
    internal async Task<TakenMail> MailToAsync(string email)
    {
        TakenMail? mail = null;
        await Eventually.IsTrueAsync(() =>
        {
            Clock.Advance(TimeSpan.FromSeconds(2));
            mail = Smtp.Mails.FirstOrDefault(m => m.Recipients.Contains(email) && !received.Contains(m.Message.MessageId!));
            return mail is not null;
        });
        received.Add(mail!.Message.MessageId!);
        return mail;
    }

    /// <summary>Waits until the outbox is empty, and tells how many mails went to an address in all.</summary>
    internal async Task<int> CountAsync(string email)
    {
        await Eventually.IsTrueAsync(async () =>
        {
            Clock.Advance(TimeSpan.FromSeconds(2));
            return await App.StoreAsync(db => Task.FromResult(!db.Mails.Any(mail => mail.Recipient == email)));
        });
        await Smtp.CatchUpAsync();
        return Smtp.Mails.Count(mail => mail.Recipients.Contains(email));
    }

    /// <summary>The link of a mail that asks for confirmation.</summary>
    internal static string LinkOf(TakenMail mail) => Link(mail).Groups["link"].Value;

    /// <summary>Does what the page behind the link of a mail does.</summary>
    internal async Task<bool> ConfirmAsync(TakenMail mail)
    {
        var link = Link(mail);
        await using var scope = App.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<Confirmations>().ConfirmAsync(
            link.Groups["c"].Value, TestContext.Current.CancellationToken);
    }

    /// <summary>Asks for a new password, and gives the link of the mail.</summary>
    internal Task<Match> LinkForNewPasswordAsync(string email) => LinkForNewPasswordAsync(email, email);

    /// <summary>Asks for a new password, and gives the link of the mail that another email may get.</summary>
    internal async Task<Match> LinkForNewPasswordAsync(string login, string email)
    {
        await using var scope = App.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<Passwords>().SendLinkAsync(login, TestContext.Current.CancellationToken);
        Match link;
        do
        {
            link = Regex.Match((await MailToAsync(email)).Text, @"/reset/confirm\?u=(?<u>\S+)&c=(?<c>[0-9a-f]{40})");
        }
        while (!link.Success);
        return link;
    }

    /// <summary>Does what the page behind such a link does.</summary>
    internal async Task<bool> ResetAsync(Match link, string password)
    {
        await using var scope = App.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<Passwords>().ResetAsync(
            link.Groups["c"].Value, password, withLocks: false, TestContext.Current.CancellationToken) is not null;
    }

    protected abstract Task<Dictionary<string, string?>> SettingsAsync();

    private static Match Link(TakenMail mail)
    {
        var link = Regex.Match(
            mail.Text, $@"^  (?<link>{Regex.Escape(PublicUrl)}/confirm\?u=(?<u>\S+)&c=(?<c>[0-9a-f]{{40}}))\r?$", RegexOptions.Multiline);
        Assert.True(link.Success, mail.Text);
        return link;
    }
}

public sealed class SqliteMail : MailApp
{
    protected override Task<Dictionary<string, string?>> SettingsAsync() => Task.FromResult(new Dictionary<string, string?>());
}

public sealed class PostgresMail(PostgresServer server) : MailApp
{
    protected override async Task<Dictionary<string, string?>> SettingsAsync() =>
        new() { ["ConnectionStrings:Evercam"] = await server.CreateDatabaseAsync() };
}

/// <summary>What the server logs.</summary>
public sealed class Lines : ILoggerProvider, ILogger
{
    public ConcurrentQueue<string> All { get; } = [];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        All.Enqueue($"{logLevel}: {formatter(state, exception)}{exception}");

    public void Dispose()
    {
    }
}
