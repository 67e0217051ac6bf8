using Evercam.Server.Pages;

namespace Evercam.Server.SecondFactors;

/// <summary>Where users switch their second factor on and off.</summary>
internal static class SecondFactorEndpoints
{
    public const string Path = "/account/second-factor";

    public static void MapSecondFactor(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(Path, (FactorDesk desk, HttpContext context, CancellationToken cancellation) =>
            desk.ShowAsync(context, cancellation)).ForUsers();
        pages.MapPost(Path, (SecondFactorForm form, FactorDesk desk, HttpContext context, CancellationToken cancellation) =>
            desk.TakeAsync(form, context, cancellation)).ForUsers();
    }
}
