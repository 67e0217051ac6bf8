using System.CommandLine;
using System.CommandLine.Parsing;

namespace Evercam.Server.Commands.Remote;

/// <summary>A camera's id, as it is typed.</summary>
internal static class CameraId
{
    public static Argument<string> Make()
    {
        var camera = new Argument<string>("CAMERA") { Description = "the camera's id" };
        camera.Validators.Add(Expect);
        return camera;
    }

    /// <summary>Some words are no part of an address, and say nothing.</summary>
    public static void Expect(SymbolResult typed)
    {
        if (typed.Tokens is [{ Value: "" or "." or ".." }])
        {
            typed.AddError($"'{typed.Tokens[0].Value}' is no camera's id.");
        }
    }
}
