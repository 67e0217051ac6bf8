using System.Net;
using System.Net.Security;

namespace Evercam.CameraClient.Guard;

/// <summary>Sends requests that go nowhere but where the guard lets them, whoever is asked: neither another address nor a proxy gets
/// them, and nothing of one answer goes into the next request.</summary>
internal static class GuardedHandler
{
    /// <param name="connector">Opens connections, or refuses to.</param>
    /// <param name="requireValidCertificates">Whether an <c>https</c> address must show a certificate that this machine trusts.</param>
    public static SocketsHttpHandler Create(GuardedConnector connector, bool requireValidCertificates) => new()
    {
        ConnectCallback = connector.ConnectAsync,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        UseProxy = false,
        // Neither trace headers, for who asks is nobody else's business, nor traces, for URLs hold passwords.
        ActivityHeadersPropagator = null,
        // In kilobytes.
        MaxResponseHeadersLength = 16,
        // What is not read is not wanted: rather a new connection than a megabyte for nothing.
        MaxResponseDrainSize = 16 * 1024,
        SslOptions = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, _, _, errors) => errors == SslPolicyErrors.None || !requireValidCertificates,
        },
    };
}
