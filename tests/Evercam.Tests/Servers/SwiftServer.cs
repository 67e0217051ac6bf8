[assembly: AssemblyFixture(typeof(Evercam.Tests.Servers.SwiftServer))]

namespace Evercam.Tests.Servers;

/// <summary>OpenStack Swift.</summary>
public sealed class SwiftServer : BucketServer
{
    private protected override async Task<IBucketInstance> StartAsync()
    {
        Assert.SkipUnless(SwiftInstance.IsInstalled, "OpenStack Swift is not installed.");
        return await SwiftInstance.StartAsync();
    }
}
