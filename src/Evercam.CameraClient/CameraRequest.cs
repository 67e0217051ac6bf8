namespace Evercam.CameraClient;

/// <summary>A request for a picture. It carries its patience, so that connecting does not eat the time to answer.</summary>
internal sealed class CameraRequest : HttpRequestMessage
{
    public CameraRequest(CameraEndpoint endpoint, string? authorization, Patience patience)
        : base(HttpMethod.Get, endpoint.Url)
    {
        Patience = patience;
        VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        Headers.TryAddWithoutValidation("User-Agent", "Evercam");
        Headers.TryAddWithoutValidation("Accept", "*/*");
        if (authorization is not null)
        {
            Headers.TryAddWithoutValidation("Authorization", authorization);
        }
    }

    public Patience Patience { get; }
}
