using System.Security.Cryptography;
using System.Text;

namespace Evercam.FakeCameras.Auth;

internal enum Verdict
{
    Granted,
    Refused,

    /// <summary>The password is right and the nonce is used up: try again with a new one.</summary>
    Stale,

    Malformed,
}

/// <summary>Asks who is there, in the way the camera was told to.</summary>
internal sealed class Gate(FakeCamera camera, TimeProvider clock)
{
    private readonly DigestGate _digest = new(camera, clock);

    public Verdict Check(string method, string target, string? authorization) => camera.Auth switch
    {
        CameraAuth.None => Verdict.Granted,
        _ when string.IsNullOrEmpty(authorization) => Verdict.Refused,
        CameraAuth.Basic => CheckBasic(authorization),
        _ => _digest.Check(method, target, authorization),
    };

    public string Challenge(bool isStale) => camera.Auth == CameraAuth.Basic
        ? $"Basic realm={AuthParams.Quote(camera.Realm)}, charset=\"UTF-8\""
        : _digest.Challenge(isStale);

    private Verdict CheckBasic(string authorization)
    {
        const string scheme = "Basic ";
        if (!authorization.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
        {
            return Verdict.Refused;
        }

        var credentials = new byte[authorization.Length];
        if (!Convert.TryFromBase64String(authorization[scheme.Length..].Trim(), credentials, out var length))
        {
            return Verdict.Malformed;
        }

        var expected = Encoding.UTF8.GetBytes($"{camera.UserName}:{camera.Password}");
        return CryptographicOperations.FixedTimeEquals(credentials.AsSpan(0, length), expected)
            ? Verdict.Granted
            : Verdict.Refused;
    }
}
