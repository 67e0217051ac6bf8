using Evercam.Server.Http;

namespace Evercam.Server.Cameras;

/// <summary><c>POST /cameras</c>.</summary>
internal sealed record NewCamera(string Id, CameraFields Fields)
{
    public static ValueTask<NewCamera?> BindAsync(HttpContext context) =>
        Params.BindAsync(context, read => new NewCamera(read.RequiredText("id"), CameraFields.ReadNew(read)));
}

/// <summary><c>PATCH /cameras/{id}</c>.</summary>
internal sealed record CameraChange(CameraFields Fields)
{
    /// <summary>Whether nothing is to be changed.</summary>
    public bool IsEmpty => Fields == new CameraFields();

    public static ValueTask<CameraChange?> BindAsync(HttpContext context) =>
        Params.BindAsync(context, read => new CameraChange(CameraFields.ReadChange(read)));
}

/// <summary><c>GET /cameras/test</c>.</summary>
internal sealed record TryRequest(string Server, string Path, string UserName, string Password)
{
    public static ValueTask<TryRequest?> BindAsync(HttpContext context) => Params.BindAsync(context, read => new TryRequest(
        read.RequiredText("external_url"),
        read.RequiredText("jpg_url"),
        read.RequiredText("cam_username"),
        read.RequiredText("cam_password")));

    /// <summary>Never an account, nor a URL that may hold one.</summary>
    public override string ToString() => nameof(TryRequest);
}

/// <summary><c>GET /users/{id}/cameras</c>.</summary>
internal sealed record OwnerRequest(string Login)
{
    public static ValueTask<OwnerRequest?> BindAsync(HttpContext context) =>
        Params.BindAsync(context, read => new OwnerRequest(read.RequiredText("id")));
}
