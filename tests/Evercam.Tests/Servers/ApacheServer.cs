using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Evercam.CameraClient;

namespace Evercam.Tests.Servers;

/// <summary>A request as Apache logged it.</summary>
/// <param name="ClientPort">The port it came from: the same for requests of one connection.</param>
/// <param name="Nth">How many requests came before it on its connection.</param>
/// <param name="Status">What Apache answered.</param>
/// <param name="Line">The request line.</param>
/// <param name="Authorization">The header, quotes escaped; <c>-</c> if there was none.</param>
public sealed record LoggedRequest(int ClientPort, int Nth, int Status, string Line, string Authorization);

/// <summary>
/// A camera that nobody here wrote: Debian's Apache httpd in a folder and on a port of its own, for as long as the fixture
/// lives. It serves <see cref="Photographs"/> under <c>/open/</c>, <c>/basic/</c>, <c>/digest/</c> and <c>/digest-next-nonce/</c> to <see cref="Accounts"/>; <c>/moved</c> redirects to a
/// metadata service, <c>/forbidden</c> answers 403.
/// </summary>
public sealed class ApacheServer : IAsyncLifetime
{
    public const string Realm = "Büro \u2013 Kamera 1, Ost";

    private const string Program = "/usr/sbin/apache2";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("evercam-apache-");
    private readonly List<LoggedRequest> log = [];
    private TaskCompletionSource logged = NewSignal();
    private Process? process;

    /// <summary>Who may see the pictures. The first is an ordinary one.</summary>
    public static IReadOnlyList<CameraCredential> Accounts { get; } =
    [
        new("admin", "s3cret"),
        new("jürgen", "pässwörd \u2013 日本"),
        new("o'brien \"the\" eye", "quote\" and \\backslash\\"),
        new("comma, equals=", "colon:colon::"),
        new("empty", ""),
        new("percent%41", "%2F+&?#[]{}<>~`|"),
    ];

    public int Port { get; private set; }

    public async ValueTask InitializeAsync()
    {
        await WriteFilesAsync();
        // Someone may take the free port in between: then try another.
        for (var attempt = 1; await TryStartAsync() is { } complaint; attempt++)
        {
            Assert.True(attempt < 5, complaint);
        }
    }

    /// <summary>Stops Apache by its own pid file, so that its children go too.</summary>
    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false })
        {
            using var stop = Process.Start(Program, ["-d", folder.FullName, "-f", PathOf("httpd.conf"), "-k", "stop"]);
            await stop.WaitForExitAsync();
            await process.WaitForExitAsync();
        }

        process?.Dispose();
        folder.Delete(recursive: true);
    }

    public CameraEndpoint Endpoint(string path, CameraCredential? credential = null) =>
        CameraEndpoint.FromHost("127.0.0.1", Port, path, credential)!;

    /// <summary>Waits until so many requests that mention a word were logged, and returns all that do.</summary>
    public async Task<IReadOnlyList<LoggedRequest>> RequestsAsync(string word, int count)
    {
        while (true)
        {
            Task next;
            lock (log)
            {
                var found = log.Where(request => request.Line.Contains(word, StringComparison.Ordinal)).ToList();
                if (found.Count >= count)
                {
                    return found;
                }

                next = logged.Task;
            }

            await next.WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private string PathOf(string name) => Path.Combine(folder.FullName, name);

    private async Task WriteFilesAsync()
    {
        // Apache's children run as another user when it is started by root.
        File.SetUnixFileMode(folder.FullName, File.GetUnixFileMode(folder.FullName)
            | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        foreach (var place in new[] { "open", "basic", "digest", "digest-next-nonce" })
        {
            Directory.CreateDirectory(PathOf($"pictures/{place}"));
            foreach (var name in Photographs.Names)
            {
                await File.WriteAllBytesAsync(PathOf($"pictures/{place}/{name}"), await Photographs.ReadAsync(name));
            }
        }

        await File.WriteAllLinesAsync(PathOf("digest.users"), Accounts.Select(account =>
            $"{account.UserName}:{Realm}:{Md5($"{account.UserName}:{Realm}:{account.Password}")}"));
        await File.WriteAllTextAsync(PathOf("basic.users"), string.Empty);
        foreach (var account in Accounts)
        {
            using var htpasswd = Process.Start(
                new ProcessStartInfo("htpasswd", ["-b", "-s", PathOf("basic.users"), account.UserName, account.Password])
                {
                    RedirectStandardError = true,
                })!;
            await htpasswd.WaitForExitAsync();
            Assert.Equal(0, htpasswd.ExitCode);
        }
    }

    /// <summary>Starts Apache; <see langword="null"/> if it runs, else what it complained of.</summary>
    private async Task<string?> TryStartAsync()
    {
        Port = FreePort.Find();
        await File.WriteAllTextAsync(PathOf("httpd.conf"), Configuration());
        var complaint = new StringBuilder();
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        process = new Process
        {
            StartInfo = new(Program, ["-d", folder.FullName, "-f", PathOf("httpd.conf"), "-DFOREGROUND"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        process.OutputDataReceived += (_, line) => KeepLine(line.Data);
        process.ErrorDataReceived += (_, line) =>
        {
            complaint.AppendLine(line.Data);
            if (line.Data?.Contains("resuming normal operations", StringComparison.Ordinal) == true)
            {
                started.TrySetResult();
            }
        };
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var exited = process.WaitForExitAsync();
        return await Task.WhenAny(started.Task, exited) == exited ? complaint.ToString() : null;
    }

    private void KeepLine(string? line)
    {
        if (line?.Split('\t') is not [var port, var nth, var status, var request, var authorization])
        {
            return;
        }

        lock (log)
        {
            log.Add(new LoggedRequest(int.Parse(port, null), int.Parse(nth, null), int.Parse(status, null), request, authorization));
            logged.SetResult();
            logged = NewSignal();
        }
    }

    private static string Md5(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));

    private string Configuration()
    {
        var modules = string.Join('\n', new[]
            {
                "mpm_event", "authn_core", "authn_file", "authz_core", "authz_user", "auth_basic", "auth_digest", "mime", "dir", "alias",
            }.Select(name => $"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so"));
        return $"""
            {modules}
            ServerName camera.test
            Listen 127.0.0.1:{Port}
            PidFile {PathOf("httpd.pid")}
            DefaultRuntimeDir {folder.FullName}
            DocumentRoot {PathOf("pictures")}
            StartServers 1
            ServerLimit 1
            MaxRequestWorkers 25
            KeepAliveTimeout 300
            LogLevel notice
            ErrorLog /dev/stderr
            CustomLog /dev/stdout "%{"{remote}"}p\t%k\t%>s\t%r\t%{"{Authorization}"}i"
            TypesConfig /etc/mime.types
            AllowEncodedSlashes NoDecode
            {(Environment.UserName == "root" ? "User www-data\nGroup www-data" : "")}
            Redirect /moved http://169.254.169.254/latest/meta-data/
            <Location /forbidden>
              Require all denied
            </Location>
            <Location /basic>
              AuthType Basic
              AuthName "{Realm}"
              AuthBasicProvider file
              AuthUserFile {PathOf("basic.users")}
              Require valid-user
            </Location>
            {Digest("digest", "AuthDigestNonceLifetime 300")}
            {Digest("digest-next-nonce", "AuthDigestNonceLifetime 20")}
            """;
    }

    private string Digest(string place, string setting) => $"""
        <Location /{place}>
          AuthType Digest
          AuthName "{Realm}"
          AuthDigestProvider file
          AuthUserFile {PathOf("digest.users")}
          {setting}
          Require valid-user
        </Location>
        """;
}
