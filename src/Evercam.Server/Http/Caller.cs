using Evercam.Server.Rights;

namespace Evercam.Server.Http;

/// <summary>How a caller was recognised (contract 1.1), in the order in which the ways are tried.</summary>
internal enum CallerScheme
{
    /// <summary>No credentials were sent.</summary>
    Anonymous,

    /// <summary>User name or email, and password.</summary>
    Basic,

    /// <summary>An access token.</summary>
    Bearer,

    /// <summary>API id and key.</summary>
    Keys,

    /// <summary>The cookie of a log-in.</summary>
    Session,
}

/// <summary>Who calls: nobody in particular, a user, or a client application. Handlers take it as a
/// parameter.</summary>
internal sealed record Caller(CallerScheme Scheme)
{
    public static Caller Anonymous { get; } = new(CallerScheme.Anonymous);

    /// <summary>The key of the user who calls in person; <see langword="null"/> for clients, also on a user's
    /// behalf.</summary>
    public long? UserKey { get; init; }

    /// <summary>The key of the client that calls; <see langword="null"/> for users.</summary>
    public long? ClientKey { get; init; }

    /// <summary>What users allowed a client; empty for a user in person.</summary>
    public IReadOnlyList<Scope> Scopes { get; init; } = [];

    /// <summary>When the credentials end by themselves, as tokens and log-ins do; <see langword="null"/> for what does
    /// not.</summary>
    public DateTimeOffset? Until { get; init; }

    public bool IsAnonymous => UserKey is null && ClientKey is null;

    public static ValueTask<Caller?> BindAsync(HttpContext context) => ValueTask.FromResult<Caller?>(Of(context));

    /// <summary>The caller that <see cref="CallerMiddleware"/> found.</summary>
    public static Caller Of(HttpContext context) => context.Features.Get<Caller>() ?? Anonymous;
}
