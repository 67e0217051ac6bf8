using Microsoft.AspNetCore;
using OpenIddict.Server;

namespace Evercam.Server.OAuth.Protocol;

internal static class ProtocolContext
{
    /// <summary>The request that the protocol's event is about.</summary>
    public static HttpContext HttpContext(this OpenIddictServerEvents.BaseContext context) =>
        context.Transaction.GetHttpRequest()?.HttpContext ?? throw new InvalidOperationException("There is no request.");
}
