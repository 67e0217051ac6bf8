using Evercam.Server.Http;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;

namespace Evercam.Server.Shares;

/// <summary><c>POST /cameras/{id}/share</c>.</summary>
/// <param name="Email">With whom.</param>
/// <param name="Rights">What it gives; <see langword="null"/> if none was named, or one that does not exist.</param>
internal sealed record NewShare(string Email, CameraRights? Rights)
{
    public static ValueTask<NewShare?> BindAsync(HttpContext context) => Params.BindAsync(
        context, read => new NewShare(read.RequiredText("email"), RightList.Read(read.RequiredText("rights"))));
}

/// <summary><c>PATCH /cameras/share/{id}</c>: the path names the share.</summary>
/// <param name="Rights">What it gives from now on; <see langword="null"/> if none was named, or one that does not exist.</param>
internal sealed record ShareChange(CameraRights? Rights)
{
    public static ValueTask<ShareChange?> BindAsync(HttpContext context) => Params.BindAsync(context, read =>
    {
        // The share was found by it, if it is a number.
        read.RequiredInteger("id");
        return new ShareChange(RightList.Read(read.RequiredText("rights")));
    });
}

/// <summary><c>DELETE /cameras/{id}/share</c>.</summary>
/// <param name="Share">The share's number; <see langword="null"/> if it was sent as that.</param>
internal sealed record EndedShare(long? Share)
{
    public static ValueTask<EndedShare?> BindAsync(HttpContext context) =>
        Params.BindAsync(context, read => new EndedShare(read.RequiredInteger("share_id")));
}
