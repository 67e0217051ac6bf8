using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Evercam.Tests.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace Evercam.Tests.Rights;

/// <summary>What the callers of the matrix stand on: a camera and its owner, a share of it, and a client application that the
/// owner registered and allowed nothing.</summary>
/// <param name="Camera">The camera's id.</param>
/// <param name="Owner">Who has it.</param>
/// <param name="Share">The number of a share of it.</param>
/// <param name="Invitation">The number of an invitation to it.</param>
/// <param name="Application">The client.</param>
/// <param name="Webhook">The number of the owner's webhook, which is off.</param>
internal sealed record MatrixGround(
    string Camera, TestUser Owner, long Share, long Invitation, TestUser Application, long Webhook);

/// <summary>One caller for each right, and for each way to it: <c>share:view</c> is a user with whom the camera is shared so;
/// <c>camera:view</c>, <c>cameras:view</c>, <c>snapshots:view</c> and <c>user:view</c> are clients that its owner allowed
/// that.</summary>
internal sealed class MatrixCallers(EvercamApp app)
{
    public const string Anonymous = "anonymous";

    /// <summary>In each camera of the matrix, and to be seen by few.</summary>
    public const string Secret = "s3cret-of-the-camera";

    private static readonly string[] Base = ["snapshot", "view", "edit", "delete", "list"];

    /// <summary>What owners allow clients that they know.</summary>
    private static readonly string[] Scopes =
    [
        .. Base.Select(right => $"camera:{right}"), "camera:grant~view",
        .. Base.Select(right => $"cameras:{right}"), "cameras:grant~view",
        "snapshots:list", "snapshots:view", "snapshots:edit", "snapshots:delete",
        "user:view", "user:edit", "user:delete", "user:list",
    ];

    private static readonly string[] Shares =
        [.. Base.Select(right => $"share:{right}"), .. Base.Select(right => $"share:grant~{right}")];

    private readonly Dictionary<string, TestUser> callers = [];

    public static IReadOnlyList<string> Names { get; } =
        [Anonymous, "stranger", "owner", "application", "client of a stranger", .. Shares, .. Scopes];

    public async Task AddAsync()
    {
        foreach (var name in Names.Where(name => name is not (Anonymous or "owner" or "application")))
        {
            callers[name] = name == "stranger" || Shares.Contains(name)
                ? await app.AddUserAsync(CatalogRows.Fresh(name.Replace(':', '-')))
                : await app.AddClientAsync(CatalogRows.Fresh(name));
        }

        foreach (var resource in new[] { GrantedResource.Cameras, GrantedResource.Snapshots, GrantedResource.User })
        {
            await app.GrantAsync(callers["client of a stranger"], callers["stranger"], resource, CameraRights.All);
        }
    }

    /// <summary>The keys that a caller sends, as a query; empty for anonymous ones.</summary>
    public string KeysOf(string caller, MatrixGround ground) => caller switch
    {
        Anonymous => "",
        "owner" => ground.Owner.Keys,
        "application" => ground.Application.Keys,
        _ => callers[caller].Keys,
    };

    /// <summary>A new owner with a new camera, which everyone has the rights to that the names say.</summary>
    public Task<MatrixGround> AddGroundAsync(bool isPublic) => app.StoreAsync(async db =>
    {
        var owner = CatalogRows.User();
        const string password = "correct-horse";
        owner.PasswordHash = app.Services.GetRequiredService<IPasswordHasher<User>>().HashPassword(owner, password);
        db.Add(owner);
        await db.SaveChangesAsync();

        var camera = CatalogRows.Camera(owner);
        (camera.IsPublic, camera.Discoverable, camera.CamPassword) = (isPublic, true, Setting.Of(Secret));
        var shares = Shares.Select(name => new Share
        {
            CameraKey = camera.Key,
            UserKey = callers[name].Key,
            SharerKey = owner.Id,
            Kind = ShareKind.Private,
            Rights = RightOf(name),
            CreatedAt = CatalogRows.Now,
        }).ToList();
        var application = CatalogRows.Client(owner);
        var invitation = CatalogRows.Invitation(camera);
        invitation.CreatedAt = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        db.Add(camera);
        db.Add(application);
        db.Add(invitation);
        var webhook = CatalogRows.Webhook(owner);
        db.Add(webhook);
        db.AddRange(shares);
        db.AddRange(Scopes.Select(name => new Grant
        {
            ClientKey = callers[name].Key,
            UserKey = owner.Id,
            Resource = ResourceOf(name),
            CameraKey = ResourceOf(name) == GrantedResource.Camera ? camera.Key : null,
            Rights = RightOf(name),
            CreatedAt = CatalogRows.Now,
        }));
        await db.SaveChangesAsync();
        var (his, its) = (owner.Credential!, application.Credential!);
        return new MatrixGround(
            camera.Id,
            new(owner.Id, owner.UserName!, password, his.ApiId, his.ApiKey),
            shares[0].Key,
            invitation.Key,
            new(application.Key, application.Name, "", its.ApiId, its.ApiKey),
            webhook.Key);
    });

    /// <summary>The user of that name.</summary>
    public TestUser Of(string caller, MatrixGround ground) => caller == "owner" ? ground.Owner : callers[caller];

    private static CameraRights RightOf(string name) => RightList.ReadOne(name.Split(':')[1])!.Value;

    private static GrantedResource ResourceOf(string name) => Enum.Parse<GrantedResource>(name.Split(':')[0], ignoreCase: true);
}
