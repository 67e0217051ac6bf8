using Evercam.Server.Http;

namespace Evercam.Server.Models;

/// <summary><c>GET /models/{vendor}</c>.</summary>
internal sealed record VendorRequest(string Vendor)
{
    public static ValueTask<VendorRequest?> BindAsync(HttpContext context) =>
        Params.BindAsync(context, read => new VendorRequest(read.RequiredText("vendor")));
}

/// <summary><c>GET /models/{vendor}/{model}</c>.</summary>
internal sealed record ModelRequest(string Vendor, string Model)
{
    public static ValueTask<ModelRequest?> BindAsync(HttpContext context) =>
        Params.BindAsync(context, read => new ModelRequest(read.RequiredText("vendor"), read.RequiredText("model")));
}
