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

    /// <summary>Whether another server is asked as well.</summary>
    public bool IsOneOfTwo { get; set; }

    /// <summary>Asks, and says of a refusal whose it is, where there are two servers.</summary>
    /// <exception cref="EvercamException">It refused, and is the only one.</exception>
    /// <exception cref="OneOfTwoException">It refused, or could not be asked, and is not.</exception>
    public async Task<T> AskAsync<T>(Func<EvercamClient, Task<T>> ask)
    {
        try
        {
            return await ask(Api);
        }
        catch (EvercamException refusal) when (IsOneOfTwo)
        {
            throw new OneOfTwoException($"{Address} says: {refusal.Message}", refusal);
        }
        catch (HttpRequestException failure) when (IsOneOfTwo)
        {
            throw new OneOfTwoException($"{Address}: {failure.Message}", failure);
        }
        catch (OperationCanceledException late) when (IsOneOfTwo && late.InnerException is TimeoutException)
        {
            throw new OneOfTwoException($"{Address} did not answer in time.", late);
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

/// <summary>One of two servers has refused what was asked of it, or could not be asked; the message says which.</summary>
internal sealed class OneOfTwoException(string message, Exception reason) : Exception(message, reason);
