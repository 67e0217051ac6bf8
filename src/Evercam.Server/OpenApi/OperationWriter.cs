using Evercam.Server.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Evercam.Server.OpenApi;

/// <summary>Writes down an operation: what the code tells of it, and what is said beside.</summary>
internal sealed class OperationWriter : IOpenApiOperationTransformer
{
    public async Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        // What is mapped at the root of a group has a slash too many.
        var route = $"{context.Description.HttpMethod} /{context.Description.RelativePath!.TrimEnd('/')}";
        var said = SaidOperation.Of(route);
        var asked = new AskedOperation(route, said, context.Description);
        operation.OperationId = said.Id;
        operation.Summary = said.Summary;
        operation.Description = asked.Words;
        operation.Tags = new HashSet<OpenApiTagReference> { new(said.Group, context.Document) };
        operation.Parameters = asked.Parameters(ApiPath.IsApi($"/{context.Description.RelativePath}") && said.IsJson);
        operation.RequestBody = asked.Body();
        operation.Security = OpenApiSecurity.Of(asked.Need, context.Document!);
        operation.Responses = await new OperationAnswers(route, said, asked, context).WriteAsync(operation.Responses!, cancellationToken);
    }
}
