using Evercam.Api;

namespace Evercam.Server.Commands.Remote;

/// <summary>Where an export puts pictures: a folder, or a TAR file.</summary>
internal interface IPictureShelf : IAsyncDisposable
{
    /// <summary>Whether it has the picture of a second already.</summary>
    bool Has(long second);

    /// <summary>Adds a picture with its notes. When this returns, both are whole.</summary>
    Task AddAsync(Snapshot snapshot, byte[] picture, string ending, CancellationToken cancellation);

    /// <summary>Says that there is nothing more to add for now.</summary>
    Task FinishAsync();
}
