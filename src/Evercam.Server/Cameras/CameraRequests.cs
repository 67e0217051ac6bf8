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

/// <summary><c>GET /cameras?ids=</c>: ids as they were asked for, each once.</summary>
internal sealed record PickRequest(IReadOnlyList<string> Ids)
{
    public static ValueTask<PickRequest?> BindAsync(HttpContext context) => Params.BindAsync(context, read => new PickRequest(
        [.. read.RequiredText("ids").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct()]));
}

/// <summary><c>GET /public/cameras</c>: a page, and what the ids on it must look like.</summary>
internal sealed record PublicRequest(long? Offset, long? Limit, string? Start, string? End, string? Part, bool CaseSensitive)
{
    public static ValueTask<PublicRequest?> BindAsync(HttpContext context) => Params.BindAsync(context, read => new PublicRequest(
        read.Integer("offset"),
        read.Integer("limit"),
        read.Text("id_starts_with"),
        read.Text("id_ends_with"),
        read.Text("id_contains") ?? read.Text("id_includes"),
        read.Boolean("case_sensitive") ?? true));
}

/// <summary><c>GET /users/{id}/cameras</c>.</summary>
internal sealed record OwnerRequest(string Login)
{
    public static ValueTask<OwnerRequest?> BindAsync(HttpContext context) =>
        Params.BindAsync(context, read => new OwnerRequest(read.RequiredText("id")));
}
