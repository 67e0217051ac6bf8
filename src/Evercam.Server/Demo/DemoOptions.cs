namespace Evercam.Server.Demo;

/// <summary>The demonstration: one user and four simulated cameras that record. Section <c>Evercam</c>.</summary>
internal sealed class DemoOptions
{
    /// <summary>Whether the demonstration runs. Default: where it was set up before; and where nobody has an account or a camera when
    /// the server has first started, if it listens on loopback only.</summary>
    public bool? Demo { get; init; }
}
