using System.Data.Common;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace Evercam.Tests.Storage;

/// <summary>Lets something happen in the middle of a request, when it has read what it goes by: so a race has the one end that a test
/// asks for.</summary>
public sealed class Meanwhile : IDbTransactionInterceptor, ISaveChangesInterceptor
{
    private static readonly HttpContextAccessor Asked = new();
    private Moment? next;

    /// <summary>Whether what was to happen has.</summary>
    public bool HasHappened => next is null;

    /// <summary>Has a server stop here.</summary>
    public void StandIn(WebApplicationBuilder server)
    {
        server.Services.AddHttpContextAccessor();
        server.Services.AddSingleton<IInterceptor>(this);
    }

    /// <summary>Before the next such request writes anything, and before it keeps others from writing.</summary>
    /// <param name="request">Method and path, such as <c>PATCH /v1/users/joe</c>.</param>
    /// <param name="happen">What happens.</param>
    public void BeforeItWrites(string request, Func<Task> happen) => next = new(request, happen, WithinTransaction: false);

    /// <summary>When the next such request saves, though its transaction has begun: others may have to wait for its end.</summary>
    /// <param name="request">Method and path, such as <c>PATCH /v1/users/joe</c>.</param>
    /// <param name="happen">What happens.</param>
    public void WhenItSaves(string request, Func<Task> happen) => next = new(request, happen, WithinTransaction: true);

    async ValueTask<InterceptionResult<DbTransaction>> IDbTransactionInterceptor.TransactionStartingAsync(
        DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result, CancellationToken cancellationToken)
    {
        await HappenAsync(isSaving: false);
        return result;
    }

    async ValueTask<InterceptionResult<int>> ISaveChangesInterceptor.SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken)
    {
        await HappenAsync(isSaving: true);
        return result;
    }

    private async Task HappenAsync(bool isSaving)
    {
        if (next is { } moment && (isSaving || !moment.WithinTransaction)
            && Asked.HttpContext?.Request is { } request && $"{request.Method} {request.PathBase}{request.Path}" == moment.Request)
        {
            // Once: what happens may ask for the same.
            next = null;
            await moment.Happen();
        }
    }

    private sealed record Moment(string Request, Func<Task> Happen, bool WithinTransaction);
}
