namespace Evercam.Server.OAuth;

/// <summary>What an application asks a user for, found to be well-formed and honest about where the answer goes (contract 2.2,
/// steps 1 to 4). It belongs to the request that asks.</summary>
/// <param name="ClientKey">The application's key.</param>
/// <param name="ClientName">What people call it.</param>
/// <param name="RedirectUri">Where the answer goes: as asked for, or the application's default.</param>
/// <param name="ByCode">Whether the answer is a code, to be exchanged; else it is an access token.</param>
/// <param name="InQuery">Whether the answer stands in the query of that address, refusals included; else in its fragment.</param>
/// <param name="Scope">What it asks for, in its own words.</param>
/// <param name="Scopes">The same, read.</param>
/// <param name="State">What goes back with the answer unchanged.</param>
internal sealed record Question(
    long ClientKey,
    string ClientName,
    string RedirectUri,
    bool ByCode,
    bool InQuery,
    string Scope,
    IReadOnlyList<AskedScope> Scopes,
    string? State)
{
    public static Question? Of(HttpContext context) => context.Features.Get<Question>();
}

/// <summary>What the user said to a question.</summary>
internal sealed record Answer(bool IsApproved);
