using CsCheck;
using Evercam.Server.Http;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using static Evercam.Storage.Catalog.CameraRights;

namespace Evercam.Tests.Rights;

public class KnownCamerasTests
{
    private static readonly Gen<long> Users = Gen.Long[1, 4];

    private static readonly Gen<CameraRights> Rights = Gen.Int[0, (int)All].Select(number => (CameraRights)number & All);

    private static readonly Gen<Camera> Cameras = Gen.Select(Users, Gen.Bool, Gen.Dictionary(Users, Rights)[0, 3])
        .Select((owner, isPublic, shares) =>
        {
            var camera = new Camera
            {
                Key = 1,
                Id = "x",
                OwnerKey = owner,
                Name = "x",
                CreatedAt = 1,
                UpdatedAt = 1,
                IsPublic = isPublic,
            };
            camera.Shares.AddRange(shares.Select(share => new Share
            {
                CameraKey = 1,
                UserKey = share.Key,
                SharerKey = owner,
                Kind = ShareKind.Private,
                Rights = share.Value,
                CreatedAt = 1,
            }));
            return camera;
        });

    private static readonly Gen<Scope> Scopes = Gen.Select(Users, Gen.Enum<GrantedResource>(), Gen.Long[1, 2], Rights)
        .Select((user, resource, camera, rights) =>
            new Scope(user, resource, resource == GrantedResource.Camera ? camera : null, rights));

    private static readonly Gen<Caller> Callers = Gen.OneOf(
        Gen.Const(Caller.Anonymous),
        Users.Select(user => new Caller(CallerScheme.Basic) { UserKey = user }),
        Scopes.List[0, 3].Select(scopes => new Caller(CallerScheme.Keys) { ClientKey = 9, Scopes = scopes }));

    [Fact]
    public void The_database_keeps_back_no_camera_that_the_caller_may_know() => Gen.Select(Callers, Cameras).Sample((caller, camera) =>
    {
        var isKnown = (RightsRule.OfCamera(caller, CameraFacts.Of(camera)).All & (List | View)) != 0;
        Assert.True(KnownCameras.Perhaps(caller).Compile()(camera) || !isKnown);
    });

    [Fact]
    public void The_shares_of_others_change_no_rights() => Gen.Select(Callers, Cameras).Sample((caller, camera) =>
    {
        var wanted = RightsRule.OfCamera(caller, CameraFacts.Of(camera));
        camera.Shares.RemoveAll(share => !KnownCameras.PeopleOf(caller).Contains(share.UserKey));
        Assert.Equal(wanted, RightsRule.OfCamera(caller, CameraFacts.Of(camera)));
    });

    [Fact]
    public void Private_cameras_stay_in_the_database_where_nobody_has_rights_to_them()
    {
        var camera = new Camera { Key = 1, Id = "x", OwnerKey = 1, Name = "x", CreatedAt = 1, UpdatedAt = 1, IsPublic = false };
        foreach (var caller in new[]
        {
            Caller.Anonymous,
            new Caller(CallerScheme.Basic) { UserKey = 2 },
            new Caller(CallerScheme.Keys) { ClientKey = 9, Scopes = [new(1, GrantedResource.User, null, All)] },
            new Caller(CallerScheme.Keys) { ClientKey = 9, Scopes = [new(2, GrantedResource.Cameras, null, All)] },
        })
        {
            Assert.False(KnownCameras.Perhaps(caller).Compile()(camera));
        }
    }
}
