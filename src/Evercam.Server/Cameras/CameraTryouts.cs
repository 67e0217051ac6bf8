using Evercam.Server.Http;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Cameras;

/// <summary>Counts the tests of cameras on pages. They say more of a failure than the API does, so that they could be used to find out what
/// there is on a network.</summary>
internal sealed class CameraTryouts(KeyedHash secrets, IOptions<CameraOptions> options, TimeProvider clock)
    : UserLimit("camera test", options.Value.TestsPerMinute, secrets, clock);
