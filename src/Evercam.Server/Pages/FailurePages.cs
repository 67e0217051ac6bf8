using Evercam.Server.Http;

namespace Evercam.Server.Pages;

/// <summary>Tells a person what a program would be told as JSON.</summary>
internal static class FailurePages
{
    /// <summary>Whether a person waits for the answer: someone looks for a page.</summary>
    public static bool AreWanted(HttpRequest request) =>
        !ApiPath.IsApi(request.Path) && request.Path != ApiPath.OwnUser && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    /// <param name="context">The request that failed.</param>
    /// <param name="failure">Why; <see langword="null"/> for a bug, of which nothing is told.</param>
    public static Task ShowAsync(HttpContext context, ApiException? failure)
    {
        var (title, text) = failure?.Status switch
        {
            StatusCodes.Status404NotFound => ("Page not found", "There is no page at this address."),
            StatusCodes.Status405MethodNotAllowed => ("Page not found", "There is no such form at this address."),
            StatusCodes.Status403Forbidden => ("Not allowed", failure.Message),
            StatusCodes.Status429TooManyRequests => ("Please wait", "There were too many tries. Please wait a minute and try again."),
            StatusCodes.Status503ServiceUnavailable => ("Out of order", "The server is not available just now. Please try again."),
            < StatusCodes.Status500InternalServerError => ("That did not work", failure.Message),
            _ => ("Something went wrong", "Sorry, we dropped the ball."),
        };
        var status = failure?.Status ?? StatusCodes.Status500InternalServerError;
        return Page.Show<FailurePage>(new { Title = title, Text = text }, status).ExecuteAsync(context);
    }
}
