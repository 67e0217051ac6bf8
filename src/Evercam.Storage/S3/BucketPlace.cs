namespace Evercam.Storage.S3;

/// <summary>An archive in a bucket.</summary>
internal sealed class BucketPlace(Bucket bucket, BucketMark mark) : IArchivePlace
{
    public bool IsTakenOver => true;

    /// <exception cref="StorageUnusableException">It is half of one that is being moved.</exception>
    public async Task<string?> ReadMarkAsync(CancellationToken cancellation) =>
        await bucket.GetAsync(bucket.Names.UnfinishedMove, cancellation) is null
            ? await mark.ReadAsync(cancellation)
            : throw new StorageUnusableException(
                $"The bucket {bucket} has half of a server that is being moved: evercam migrate-to goes on where it was broken off.");

    public Task WriteMarkAsync(string id, CancellationToken cancellation) => mark.WriteAsync(id, cancellation);

    public void Expect(string id) => mark.Expect(id);

    public async Task<bool> HasAnyCameraAsync(CancellationToken cancellation) => (await ListCamerasAsync(cancellation)).Any();

    public async Task<bool> HasCameraAsync(IReadOnlyList<long> cameraKeys, CancellationToken cancellation) =>
        (await ListCamerasAsync(cancellation)).Intersect(cameraKeys).Any();

    public string Refuse(string id) =>
        $"The bucket {bucket} is not the archive that the database knows: set Evercam:S3:Bucket and Evercam:S3:Prefix to where it is, "
        + $"or, if it is the archive, write {id} into the object {bucket.Names.Mark}.";

    public string RefuseTaking() =>
        $"The bucket {bucket} has pictures, and the database is new: is the data directory another one, or the connection? If another server "
        + "uses the bucket, set Evercam:S3:Prefix to a place of its own. If its database is lost, evercam reindex --take-bucket makes this one of "
        + "the bucket, which belongs to it from then on.";

    private async Task<IEnumerable<long>> ListCamerasAsync(CancellationToken cancellation) =>
        (await bucket.ListFoldersAsync(bucket.Names.Prefix, cancellation)).Select(bucket.Names.ReadCamera).OfType<long>();
}
