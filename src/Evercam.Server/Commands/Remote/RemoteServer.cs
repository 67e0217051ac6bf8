using Evercam.Api;
using NodaTime;

namespace Evercam.Server.Commands.Remote;

/// <summary>A server that a command talks to through its API.</summary>
internal sealed class RemoteServer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);

    private readonly SocketsHttpHandler handler = new() { AllowAutoRedirect = false, PlaintextStreamFilter = WatchAsync };
    private readonly HttpClient http;

    public RemoteServer(Uri address, Credential? credential)
    {
        http = new(handler, disposeHandler: false) { BaseAddress = address };
        Api = new(http, credential);
    }

    /// <summary>Where it is, without a name and a password that may stand in its address.</summary>
    public string Address => http.BaseAddress!.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped).TrimEnd('/');

    public EvercamClient Api { get; }

    /// <summary>Asks where two servers are asked, and says of a refusal whose it is.</summary>
    /// <exception cref="CannotBeginException">It refused.</exception>
    public async Task<T> AskAsync<T>(Func<EvercamClient, Task<T>> ask)
    {
        try
        {
            return await ask(Api);
        }
        catch (EvercamException refusal)
        {
            throw new CannotBeginException($"{Address} says: {refusal.Message}");
        }
    }

    public void Dispose()
    {
        http.Dispose();
        handler.Dispose();
    }

    /// <summary>A camera's time zone; UTC where the server tells none that there is.</summary>
    public static DateTimeZone ZoneOf(Camera camera) => DateTimeZoneProviders.Tzdb.GetZoneOrNull(camera.Timezone ?? "") ?? DateTimeZone.Utc;

    private static ValueTask<Stream> WatchAsync(SocketsHttpPlaintextStreamFilterContext context, CancellationToken cancellation) =>
#pragma warning disable CA2000 // The connection disposes of it.
        ValueTask.FromResult<Stream>(new PatientStream(context.PlaintextStream, Patience, TimeProvider.System));
#pragma warning restore CA2000
}

/// <summary>A command cannot begin; the message says why.</summary>
internal sealed class CannotBeginException(string message) : Exception(message);
