using System.Net.Sockets;

namespace Evercam.CameraClient;

/// <summary>Says in our words why a request failed. The framework's own words may quote what the camera sent.</summary>
internal static class FailureReason
{
    public static string Of(HttpRequestException failure) => failure switch
    {
        { InnerException: CameraException ours } => ours.Reason,
        { HttpRequestError: HttpRequestError.SecureConnectionError } => "no TLS connection",
        { InnerException: IOException broken } => Of(broken, failure.HttpRequestError),
        _ => Of(failure.HttpRequestError),
    };

    public static string Of(IOException failure) =>
        Of(failure, (failure as HttpIOException)?.HttpRequestError ?? HttpRequestError.Unknown);

    public static string Of(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => "connection refused",
        SocketError.ConnectionReset => "connection reset",
        SocketError.HostUnreachable => "host unreachable",
        SocketError.NetworkUnreachable => "network unreachable",
        SocketError.TimedOut => "connection timed out",
        _ => $"connection failed ({error})",
    };

    private static string Of(IOException failure, HttpRequestError error) =>
        failure.InnerException is SocketException socket ? Of(socket.SocketErrorCode) : Of(error);

    private static string Of(HttpRequestError error) => error switch
    {
        HttpRequestError.ResponseEnded => "the connection was closed before the answer was complete",
        HttpRequestError.InvalidResponse => "the answer is not HTTP",
        HttpRequestError.ConfigurationLimitExceeded => "the answer's headers are too large",
        _ => $"the request failed ({error})",
    };
}
