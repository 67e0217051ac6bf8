using Evercam.CameraClient;

namespace Evercam.Tests.CameraClient;

/// <summary>How cameras of this machine are asked that answer at once, or never: only the latter takes so long, however slow the
/// machine is.</summary>
internal static class Patient
{
    public static CameraClientOptions Options(int sizeLimitBytes = 10 * 1024 * 1024) => new()
    {
        AllowLoopback = true,
        AnswerTimeout = TimeSpan.FromMinutes(1),
        Deadline = TimeSpan.FromMinutes(2),
        SizeLimitBytes = sizeLimitBytes,
    };
}
