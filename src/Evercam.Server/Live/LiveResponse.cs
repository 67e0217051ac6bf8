namespace Evercam.Server.Live;

/// <summary>The answer of <c>GET /cameras/{id}/live</c>: a picture as a data URI; no envelope.</summary>
internal sealed record LiveResponse(string Camera, long CreatedAt, string Timezone, string Data);
