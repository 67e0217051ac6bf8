using Evercam.Server.Pages;
using Microsoft.Extensions.Options;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Evercam.Server.OAuth.Protocol;

/// <summary>Sends the browser on with the answer, in the contract's own form: instead of the protocol's, which would say
/// <c>Bearer</c>, put things in another order, and add the issuer.</summary>
internal sealed class AuthorizationAnswer(IOptions<OAuthOptions> options)
    : IOpenIddictServerHandler<ApplyAuthorizationResponseContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ApplyAuthorizationResponseContext>()
            .UseSingletonHandler<AuthorizationAnswer>()
            .SetOrder(int.MinValue)
            .SetType(OpenIddictServerHandlerType.Custom)
            .Build();

    public ValueTask HandleAsync(ApplyAuthorizationResponseContext context)
    {
        var http = context.HttpContext();
        if ((context.Response.AccessToken ?? context.Response.Code) is { } token)
        {
            http.Features.Set<StillHolds>(
                again => again.RequestServices.GetRequiredService<Tokens>().IsGoodAsync(token, again.RequestAborted));
        }

        http.Response.Redirect(Question.Of(http) is { } question
            ? Answer(question, context)
            : OAuthErrors.Page(context.Error == OAuthErrors.InvalidRedirectUri ? OAuthErrors.InvalidRedirectUri : OAuthErrors.UnauthorizedClient));
        context.HandleRequest();
        return ValueTask.CompletedTask;
    }

    private string Answer(Question question, ApplyAuthorizationResponseContext context)
    {
        var answer = context.Response;
        if (context.Error is { Length: > 0 } error)
        {
            var description = answer.ErrorDescription ?? "The request is invalid";
            return AnswerUri.OfError(question.RedirectUri, Word(error), description, question.State, question.InQuery);
        }

        return question.ByCode
            ? AnswerUri.OfCode(question.RedirectUri, answer.Code!, question.State, question.InQuery)
            : AnswerUri.OfToken(question.RedirectUri, answer.AccessToken!, options.Value.AccessTokenLifetime, question.State);
    }

    /// <summary>The protocol has more words than the contract.</summary>
    private static string Word(string error) => error is OAuthErrors.UnsupportedResponseType or OAuthErrors.InvalidScope
        or OAuthErrors.AccessDenied or OAuthErrors.ServerError
        ? error
        : OAuthErrors.InvalidRequest;
}
