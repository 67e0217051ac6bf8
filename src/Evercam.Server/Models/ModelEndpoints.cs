using Evercam.Server.Catalogue;
using Evercam.Server.Http;
using Evercam.Storage.Catalog;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Models;

/// <summary>Camera models and the vendors that have some (contract 4.6).</summary>
internal static class ModelEndpoints
{
    public static void MapModels(this IEndpointRouteBuilder api)
    {
        api.MapGet("/models", ListAsync).NeedsReader(api);
        api.MapGet("/models/{vendor}", ShowVendorAsync).NeedsReader(api);
        api.MapGet("/models/{vendor}/{model}", ShowAsync).NeedsReader(api);
    }

    private static Task<FileContentHttpResult> ListAsync(VendorLists lists, EvercamDb db, CancellationToken cancellation) =>
        lists.Supported.AnswerAsync(db, cancellation);

    private static async Task<Ok<VendorsResponse>> ShowVendorAsync(
        VendorRequest request, EvercamDb db, CancellationToken cancellation)
    {
        var supported = db.Vendors.WithId(request.Vendor).Where(v => v.Models.Count > 0);
        var found = await VendorResponse.ReadAsync(supported, cancellation);
        return found.Vendors.Count > 0 ? TypedResults.Ok(found) : throw NoVendor();
    }

    private static async Task<Ok<ModelsResponse>> ShowAsync(ModelRequest request, EvercamDb db, CancellationToken cancellation)
    {
        var models = await db.Vendors.WithId(request.Vendor).SelectMany(v => v.Models).Include(m => m.Vendor)
            .AsNoTracking().ToListAsync(cancellation);
        if (models.Count == 0)
        {
            throw NoVendor();
        }

        var model = ModelRules.Choose(models, request.Model) ?? throw ApiException.NotFound("model was not found");
        return TypedResults.Ok(new ModelsResponse([ModelResponse.Of(model)]));
    }

    private static ApiException NoVendor() => ApiException.NotFound("model vendor was not found");
}
