using Evercam.Server.Http;
using Evercam.Server.Rights;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Evercam.Tests.Rights;

public class DeclaredNeedsTests
{
    [Fact]
    public async Task Every_route_of_the_api_declares_what_it_needs()
    {
        await using var app = await EvercamApp.StartAsync();
        Assert.NotEmpty(Needs(app));
        Assert.DoesNotContain(Needs(app), route => route.Needs.Count != 1);
    }

    [Fact]
    public async Task A_route_that_declares_nothing_stands_out()
    {
        await using var app = await EvercamApp.StartAsync(map: api => api.MapGet("/forgotten", () => "x"));
        Assert.Equal("/v1/forgotten", Assert.Single(Needs(app), route => route.Needs.Count != 1).Pattern);
    }

    private static List<(string? Pattern, IReadOnlyList<Need> Needs)> Needs(EvercamApp app) =>
    [
        .. app.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .Where(endpoint => ApiPath.PatternOf(endpoint) is not null)
            .Select(endpoint => (ApiPath.PatternOf(endpoint)!.RawText, endpoint.Metadata.GetOrderedMetadata<Need>())),
    ];
}
