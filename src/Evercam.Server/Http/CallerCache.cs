using Microsoft.Extensions.Options;

namespace Evercam.Server.Http;

/// <summary>The callers whose credentials were verified a moment ago, so that a request need not ask the
/// database.</summary>
internal sealed class CallerCache(IOptions<HttpOptions> options, Hearing hearing, HttpMetrics metrics, TimeProvider clock)
{
    private const int Capacity = 100_000;

    private readonly ShortMemory<SecretHash, Caller> callers = new(options.Value.RememberCallers, Capacity, clock);

    /// <summary>To be taken before credentials are verified.</summary>
    public long Ticket => callers.Ticket;

    /// <summary>Who that is, if it is known, and nobody may have changed it unheard.</summary>
    public Caller? Find(SecretHash credential)
    {
        Caller? caller = null;
        var isKnown = hearing.IsGood && callers.TryGet(credential, out caller);
        metrics.LookedUp(isKnown);
        return caller;
    }

    public void Keep(long ticket, SecretHash credential, Caller caller) => callers.Keep(ticket, credential, caller);

    /// <summary>Forgets a user, and clients that act for that user: the password or the keys changed, or the account is
    /// gone.</summary>
    public void ForgetUser(long userKey) =>
        callers.Forget(caller => caller.UserKey == userKey || caller.Scopes.Any(scope => scope.UserKey == userKey));

    /// <summary>Forgets a client: its keys changed, what it is allowed changed, or it is gone.</summary>
    public void ForgetClient(long clientKey) => callers.Forget(caller => caller.ClientKey == clientKey);

    /// <summary>Forgets everybody: anything may have changed.</summary>
    public void ForgetAll() => callers.Forget(_ => true);
}
