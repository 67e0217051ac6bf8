using Evercam.Tests.Servers;

namespace Evercam.Bench.Processes;

/// <summary>Debian's nginx with a configuration of its own, serving a folder on loopback.</summary>
internal sealed class Nginx : IAsyncDisposable
{
    private readonly Child child;

    private Nginx(Child child, int port) => (this.child, Port) = (child, port);

    public int Port { get; }

    public Uri Address => new($"http://127.0.0.1:{Port}/");

    public Usage Usage => child.Usage;

    /// <param name="own">A folder for its configuration and temporary files.</param>
    /// <param name="served">The folder to serve.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public static async Task<Nginx> StartAsync(string own, string served, CancellationToken cancellation)
    {
        var port = FreePort.Find();
        var configuration = Path.Combine(own, "nginx.conf");
        await File.WriteAllTextAsync(configuration, Configuration(own, served, port), cancellation);
        var child = new Child(Find(), "-p", own, "-e", "stderr", "-c", configuration);
        try
        {
            await child.AnswerAsync(new Uri($"http://127.0.0.1:{port}/"), TimeSpan.FromMilliseconds(20), cancellation);
            return new Nginx(child, port);
        }
        catch
        {
            await child.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => child.DisposeAsync();

    /// <summary>Debian keeps it where an ordinary user's path does not lead.</summary>
    private static string Find() => File.Exists("/usr/sbin/nginx") ? "/usr/sbin/nginx" : "nginx";

    private static string Configuration(string own, string served, int port) => $$"""
        {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
        daemon off;
        worker_processes auto;
        worker_rlimit_nofile 16384;
        pid {{own}}/nginx.pid;
        error_log stderr warn;
        events {
          worker_connections 8192;
        }
        http {
          access_log off;
          sendfile on;
          tcp_nopush on;
          keepalive_timeout 75s;
          keepalive_requests 100000000;
          client_body_temp_path {{own}}/body;
          proxy_temp_path {{own}}/proxy;
          fastcgi_temp_path {{own}}/fastcgi;
          uwsgi_temp_path {{own}}/uwsgi;
          scgi_temp_path {{own}}/scgi;
          types {
            image/jpeg jpg;
          }
          server {
            listen 127.0.0.1:{{port}} backlog=4096;
            root {{served}};
          }
        }

        """;
}
