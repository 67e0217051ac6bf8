[assembly: AssemblyFixture(typeof(Evercam.Tests.Servers.CephServer))]

namespace Evercam.Tests.Servers;

/// <summary>Ceph with its object gateway.</summary>
public sealed class CephServer : BucketServer
{
    private protected override async Task<IBucketInstance> StartAsync()
    {
        Assert.SkipUnless(CephInstance.IsInstalled, "Ceph is not installed.");
        return await CephInstance.StartAsync();
    }
}
