using System.Text;

namespace Evercam.CameraClient;

/// <summary>What a camera asks for: any characters, in UTF-8 on the wire.</summary>
/// <param name="UserName">The user name; an empty one means that there is no credential.</param>
/// <param name="Password">The password; may be empty.</param>
public sealed record CameraCredential(string UserName, string Password)
{
    /// <summary>Names the type and nothing else, so that no log can show what is inside.</summary>
    public override string ToString() => nameof(CameraCredential);

    /// <summary>The value of an <c>Authorization</c> header (RFC 7617); <see langword="null"/> if the user name has a colon,
    /// which Basic cannot carry.</summary>
    internal string? ToBasic() => UserName.Contains(':', StringComparison.Ordinal)
        ? null
        : $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{UserName}:{Password}"))}";
}
