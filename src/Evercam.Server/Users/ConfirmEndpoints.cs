using Evercam.Server.Pages;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Evercam.Server.Users;

/// <summary>Where the link of a confirmation mail leads (contract 2.11).</summary>
internal static class ConfirmEndpoints
{
    public static void MapConfirm(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/confirm", ConfirmAsync).ForEveryone();
        pages.MapPost("/confirm", ConfirmAsync).ForEveryone();
    }

    private static async Task<RazorComponentResult<ConfirmPage>> ConfirmAsync(
        ConfirmRequest request, Confirmations confirmations, CancellationToken cancellation)
    {
        var isGood = await confirmations.ConfirmAsync(request.Login, request.Code, cancellation);
        return Page.Show<ConfirmPage>(
            new { IsConfirmed = isGood }, isGood ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);
    }
}
