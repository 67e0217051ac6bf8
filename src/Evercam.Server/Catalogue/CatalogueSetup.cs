using Evercam.Server.Rights;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Catalogue;

/// <summary>Adds what the routes under <c>/models</c> and <c>/vendors</c> have in common.</summary>
internal static class CatalogueSetup
{
    public static WebApplicationBuilder AddCatalogue(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<CatalogueOptions>().BindConfiguration(CatalogueOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<VendorLists>();
        builder.Services.AddHostedService<VendorListUpkeep>();
        return builder;
    }

    /// <summary>Any caller; nobody in particular where the catalogue is public.</summary>
    public static RouteHandlerBuilder NeedsReader(this RouteHandlerBuilder route, IEndpointRouteBuilder api) =>
        api.ServiceProvider.GetRequiredService<IOptions<CatalogueOptions>>().Value.Public ? route.Public() : route.NeedsCaller();
}
