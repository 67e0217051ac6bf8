using Evercam.Server.Http;

namespace Evercam.Server.Pages;

/// <summary>Adds the pages: Razor components, rendered here and sent as plain HTML that works without scripts.</summary>
internal static class PagesSetup
{
    public static WebApplicationBuilder AddPages(this WebApplicationBuilder builder)
    {
        builder.Services.AddRazorComponents();
        builder.Services.AddSingleton<PageFiles>();
        builder.Services.AddSingleton<SentForms>();
        return builder;
    }

    /// <summary>Where the slices map their pages, and the forms on them.</summary>
    public static RouteGroupBuilder MapPages(this IEndpointRouteBuilder app)
    {
        PageFiles.Map(app);
        return app.MapGroup("").AnswerHead();
    }
}
