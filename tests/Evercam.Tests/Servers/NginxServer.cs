using System.Diagnostics;
using System.Net.Sockets;

namespace Evercam.Tests.Servers;

/// <summary>Debian's nginx with one site.</summary>
internal sealed class NginxServer : IDisposable
{
    private const string Program = "/usr/sbin/nginx";

    private readonly Process process;

    private readonly TempFolder folder;

    private NginxServer(Process process, TempFolder folder) => (this.process, this.folder) = (process, folder);

    /// <summary>Starts it, and waits until somebody listens.</summary>
    /// <param name="folder">For what it writes.</param>
    /// <param name="port">Where the site listens on loopback.</param>
    /// <param name="site">The site, in nginx's words.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public static async Task<NginxServer> StartAsync(TempFolder folder, int port, string site, CancellationToken cancellation)
    {
        Assert.SkipUnless(File.Exists(Program), "nginx is not installed.");
        await File.WriteAllTextAsync(folder["nginx.conf"], Around(site, folder.Path), cancellation);
        var server = new NginxServer(Process.Start(Program, ["-p", folder.Path, "-e", "stderr", "-c", folder["nginx.conf"]]), folder);
        await Eventually.IsTrueAsync(async () =>
        {
            Assert.False(server.process.HasExited, "nginx did not start.");
            using var knock = new TcpClient();
            try
            {
                await knock.ConnectAsync("127.0.0.1", port, cancellation);
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        });
        return server;
    }

    /// <summary>Has it take another site, on the same port: requests that are under way end as they began.</summary>
    public async Task ReloadAsync(string site, CancellationToken cancellation)
    {
        await File.WriteAllTextAsync(folder["nginx.conf"], Around(site, folder.Path), cancellation);
        using var kill = Process.Start("kill", ["-HUP", $"{process.Id}"]);
        await kill.WaitForExitAsync(cancellation);
    }

    public void Dispose()
    {
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
    }

    private static string Around(string site, string own) => $$"""
        {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
        daemon off;
        worker_processes 1;
        pid {{own}}/nginx.pid;
        error_log stderr error;
        events {
        }
        http {
          access_log off;
          client_body_temp_path {{own}}/body;
          proxy_temp_path {{own}}/proxy;
          fastcgi_temp_path {{own}}/fastcgi;
          uwsgi_temp_path {{own}}/uwsgi;
          scgi_temp_path {{own}}/scgi;
          {{site}}
        }
        """;
}
