using Evercam.Server.Http;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;

namespace Evercam.Server.Shares;

/// <summary><c>GET /cameras/{id}/shares/requests</c>.</summary>
/// <param name="Waiting">Whether those are asked for that still wait; there are no others.</param>
internal sealed record InvitationList(bool Waiting)
{
    public static ValueTask<InvitationList?> BindAsync(HttpContext context) => Params.BindAsync(
        context, read => new InvitationList(read.Text("status")?.ToUpperInvariant() is not ("USED" or "CANCELLED")));
}

/// <summary><c>PATCH /cameras/{id}/shares/requests</c>.</summary>
/// <param name="Email">Who was invited.</param>
/// <param name="Rights">What is promised from now on; <see langword="null"/> if none was named, or one that does not exist.</param>
internal sealed record InvitationChange(string Email, CameraRights? Rights)
{
    public static ValueTask<InvitationChange?> BindAsync(HttpContext context) => Params.BindAsync(
        context, read => new InvitationChange(read.RequiredText("email"), RightList.Read(read.RequiredText("rights"))));
}

/// <summary><c>PATCH /shares/requests/{id}</c>: the path names the invitation.</summary>
/// <param name="Rights">What is promised from now on; <see langword="null"/> if none was named, or one that does not exist.</param>
internal sealed record NamedInvitationChange(CameraRights? Rights)
{
    public static ValueTask<NamedInvitationChange?> BindAsync(HttpContext context) =>
        Params.BindAsync(context, read => new NamedInvitationChange(RightList.Read(read.RequiredText("rights"))));
}

/// <summary><c>DELETE /cameras/{id}/shares/requests</c>.</summary>
/// <param name="Email">Who was invited.</param>
internal sealed record WithdrawnInvitation(string Email)
{
    public static ValueTask<WithdrawnInvitation?> BindAsync(HttpContext context) =>
        Params.BindAsync(context, read => new WithdrawnInvitation(read.RequiredText("email")));
}
