using Evercam.Storage;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Http;

/// <summary>Whether what is remembered may be believed: not while nobody knows what other servers have changed.</summary>
internal sealed class Hearing(IOtherServers others, IOptions<HttpOptions> options)
{
    /// <summary>Whether others would have been heard.</summary>
    public bool IsGood => others.Silence <= options.Value.RememberUnheard;
}
