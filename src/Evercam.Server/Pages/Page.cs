using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Evercam.Server.Pages;

/// <summary>Answers with a page.</summary>
internal static class Page
{
    /// <summary>A page, rendered whole before it is sent. No route's type names the page: what compiles routes sees no types that Razor
    /// makes.</summary>
    /// <param name="parameters">Its parameters, as an object with a member for each.</param>
    /// <param name="status">The HTTP status.</param>
    public static RazorComponentResult Show<TPage>(object? parameters = null, int status = StatusCodes.Status200OK)
        where TPage : IComponent =>
        new(typeof(TPage), parameters ?? new { }) { StatusCode = status, PreventStreamingRendering = true };
}
