using Evercam.Server.Catalogue;
using Evercam.Server.Http;
using Evercam.Storage.Catalog;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Vendors;

/// <summary>Hardware vendors (contract 4.7).</summary>
internal static class VendorEndpoints
{
    public static void MapVendors(this IEndpointRouteBuilder api)
    {
        api.MapGet("/vendors", ListAsync).NeedsReader(api);
        api.MapGet("/vendors/{mac}", FindAsync).NeedsReader(api);
    }

    private static Task<FileContentHttpResult> ListAsync(VendorLists lists, EvercamDb db, CancellationToken cancellation) =>
        lists.All.AnswerAsync(db, cancellation);

    /// <summary>The vendors that a device with this MAC address may be of.</summary>
    private static async Task<Ok<VendorsResponse>> FindAsync(MacRequest request, EvercamDb db, CancellationToken cancellation)
    {
        var prefix = MacPrefix.Of(request.Mac);
        var keys = await db.VendorMacs.Where(m => m.Prefix == prefix).Select(m => m.VendorKey).ToListAsync(cancellation);
        return keys.Count > 0
            ? TypedResults.Ok(await VendorResponse.ReadAsync(db.Vendors.Where(v => keys.Contains(v.Key)), cancellation))
            : throw ApiException.NotFound("mac address was not matched");
    }
}
