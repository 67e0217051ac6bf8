using Evercam.Tests.Installing;
using Evercam.Tests.Webhooks;

namespace Evercam.Tests.Docs;

/// <summary>The few lines with which the documentation checks a webhook's signature.</summary>
public sealed class SignatureSampleTests(SqliteApp shared) : IClassFixture<SqliteApp>
{
    private const string Secret = "a-secret-of-the-webhook";

    private const string Asking =
        """

        import sys
        with open(sys.argv[1], "rb") as file:
            print(is_genuine(sys.argv[2], file.read(), sys.argv[3], int(sys.argv[4])))
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task They_know_what_was_sent_just_now_from_what_was_not()
    {
        await using var receiver = await Receiver.StartAsync();
        var joe = await shared.App.SignUpAsync();
        var made = (await shared.App.AskAsync("POST", "webhooks", joe, ("url", receiver.Url()), ("secret", Secret))).One();
        Assert.Equal(201, (await shared.App.AskAsync("POST", $"webhooks/{made["id"]}/test", joe)).Status);
        await Eventually.IsTrueAsync(() => !receiver.Got.IsEmpty);
        Assert.True(receiver.Got.TryPeek(out var got));
        var sent = long.Parse(got.Signature.Split(',')[0]["t=".Length..], System.Globalization.CultureInfo.InvariantCulture);
        var later = got.Signature.Replace($"t={sent}", $"t={sent + 300}", StringComparison.Ordinal);

        using var folder = new TempFolder();
        var sample = Assert.Single(CodeBlock.Of("docs/notices.md"), block => block.Language == "python");
        await File.WriteAllTextAsync(folder["sample.py"], sample.Text + Asking, Cancellation);
        foreach (var (isGenuine, header, body, secret, now) in new[]
        {
            (true, got.Signature, got.Body, Secret, sent),
            (true, got.Signature, got.Body, Secret, sent + 299),
            (false, got.Signature, got.Body, Secret, sent + 300),
            (false, got.Signature, got.Body, Secret, sent - 300),
            (false, later, got.Body, Secret, sent + 300),
            (false, got.Signature, $"{got.Body} ", Secret, sent),
            (false, got.Signature, got.Body, "another", sent),
        })
        {
            await File.WriteAllTextAsync(folder["body"], body, Cancellation);
            var said = await Tool.RunAsync("/usr/bin/python3", folder["sample.py"], folder["body"], header, secret, $"{now}");
            Assert.Equal((header, body, secret, now, 0, $"{isGenuine}\n"), (header, body, secret, now, said.ExitCode, said.Said));
        }
    }
}
