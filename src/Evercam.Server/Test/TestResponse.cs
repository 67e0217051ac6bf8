namespace Evercam.Server.Test;

/// <summary>The answer of <c>GET /test</c> (contract 4.8), which has no envelope.</summary>
internal sealed record TestResponse(bool Authenticated, string? SourceIp, string Timestamp);
