using Evercam.Recorder;

namespace Evercam.Tests.Recorder;

public class SiloPortTests
{
    [Fact]
    public void Silos_that_start_at_once_are_given_ports_of_their_own() =>
        Assert.Distinct(Enumerable.Range(0, 300).Select(_ => SiloPort.FindFree()));
}
