namespace Evercam.Storage;

/// <summary>Where the packs lie, as far as the start wants to know: which archive is there.</summary>
internal interface IArchivePlace
{
    /// <summary>Whether an archive that is there gets a new mark when a new database takes it, so that a server of another database
    /// notices.</summary>
    bool IsTakenOver { get; }

    /// <summary>What the mark says; <see langword="null"/> if there is none.</summary>
    Task<string?> ReadMarkAsync(CancellationToken cancellation);

    /// <summary>Makes the mark, and the place if need be.</summary>
    Task WriteMarkAsync(string id, CancellationToken cancellation);

    /// <summary>The archive is the one that the database knows.</summary>
    void Expect(string id);

    /// <summary>Whether anything of any camera is there.</summary>
    Task<bool> HasAnyCameraAsync(CancellationToken cancellation);

    /// <summary>Whether anything of one of these cameras is there.</summary>
    Task<bool> HasCameraAsync(IReadOnlyList<long> cameraKeys, CancellationToken cancellation);

    /// <summary>What to say if it is another archive, and what to do.</summary>
    /// <param name="id">What the mark would have to say.</param>
    string Refuse(string id);

    /// <summary>What to say to a new database if the archive has pictures, which may be those of another one, and what to do.</summary>
    string RefuseTaking();
}
