using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using MimeKit;

namespace Evercam.Tests.Servers;

/// <summary>A mail as the server took it.</summary>
/// <param name="Message">The mail.</param>
/// <param name="Recipients">Whom the envelope names.</param>
/// <param name="Encrypted">Whether it came through TLS.</param>
/// <param name="User">Who signed in.</param>
public sealed record TakenMail(MimeMessage Message, IReadOnlyList<string> Recipients, bool Encrypted, string? User)
{
    /// <summary>The text, read once: a message decodes it anew each time, for one reader at a time.</summary>
    public string Text { get; } = Message.TextBody ?? "";
}

/// <summary>A mail server that nobody here wrote: Debian's aiosmtpd on a free loopback port, which can go away and come
/// back.</summary>
public sealed class SmtpServer : IAsyncDisposable
{
    private readonly string[] options;
    private readonly ConcurrentQueue<TaskCompletionSource> asked = [];
    private Process? process;
    private Task reading = Task.CompletedTask;

    private SmtpServer(int port, string[] options)
    {
        Port = port;
        this.options = options;
    }

    public int Port { get; }

    /// <summary>What it took, in order.</summary>
    public ConcurrentQueue<TakenMail> Mails { get; } = [];

    /// <summary>Starts one.</summary>
    /// <param name="options">See <c>smtp-server.py</c>.</param>
    public static async Task<SmtpServer> StartAsync(params string[] options)
    {
        while (true)
        {
            var server = new SmtpServer(FreePort.Find(), options);
            if (await server.TryServeAsync())
            {
                return server;
            }

            // Someone else took the port in between.
            await server.DisposeAsync();
        }
    }

    /// <summary>A port where no mail server is yet.</summary>
    public static SmtpServer Absent(params string[] options) => new(FreePort.Find(), options);

    /// <summary>Comes back after it went, or comes for the first time.</summary>
    public async Task ComeAsync() => Assert.True(await TryServeAsync(), "Another program took the port.");

    /// <summary>Ends when <see cref="Mails"/> has all that it took until now: it takes a mail first, and then says so.</summary>
    public async Task CatchUpAsync()
    {
        var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        asked.Enqueue(heard);
        await process!.StandardInput.WriteLineAsync();
        await Task.WhenAny(heard.Task, reading);
    }

    /// <summary>Goes away.</summary>
    public async Task GoAsync()
    {
        if (process is null)
        {
            return;
        }

        process.StandardInput.Close();
        await process.WaitForExitAsync();
        await reading;
        process.Dispose();
        process = null;
    }

    public async ValueTask DisposeAsync() => await GoAsync();

    private async Task<bool> TryServeAsync()
    {
        var script = Path.Combine(AppContext.BaseDirectory, "Servers", "smtp-server.py");
        process = Process.Start(new ProcessStartInfo("/usr/bin/python3", [script, $"{Port}", .. options])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var output = process.StandardOutput;
        if (await output.ReadLineAsync() is null)
        {
            return false;
        }

        reading = ReadAsync(output);
        return true;
    }

    private async Task ReadAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            Take(line);
        }
    }

    private void Take(string line)
    {
        var mail = JsonNode.Parse(line)!;
        if (mail["heard"] is not null)
        {
            asked.TryDequeue(out var heard);
            heard!.SetResult();
            return;
        }

        using var content = new MemoryStream(Convert.FromBase64String((string)mail["content"]!));
        Mails.Enqueue(new TakenMail(
            MimeMessage.Load(content),
            [.. mail["recipients"]!.AsArray().Select(recipient => (string)recipient!)],
            (bool)mail["encrypted"]!,
            (string?)mail["user"]));
    }
}
