namespace Evercam.Server.Commands.Remote;

/// <summary>A picture that may be brought.</summary>
/// <param name="Name">What to call it in a complaint.</param>
/// <param name="Second">When it was taken.</param>
/// <param name="Notes">What was written to it.</param>
/// <param name="OpenAsync">Its bytes.</param>
internal sealed record FoundPicture(string Name, long Second, string? Notes, Func<CancellationToken, Task<Stream>> OpenAsync);
