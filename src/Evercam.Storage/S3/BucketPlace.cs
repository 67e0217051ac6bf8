namespace Evercam.Storage.S3;

/// <summary>An archive in a bucket.</summary>
internal sealed class BucketPlace(Bucket bucket, BucketMark mark) : IArchivePlace
{
    public bool IsTakenOver => true;

    public Task<string?> ReadMarkAsync(CancellationToken cancellation) => mark.ReadAsync(cancellation);

    public Task WriteMarkAsync(string id, CancellationToken cancellation) => mark.WriteAsync(id, cancellation);

    public void Expect(string id) => mark.Expect(id);

    public async Task<bool> HasCameraAsync(IReadOnlyList<long> cameraKeys, CancellationToken cancellation) =>
        (await bucket.ListFoldersAsync(bucket.Names.Prefix, cancellation)).Select(bucket.Names.ReadCamera).OfType<long>()
            .Intersect(cameraKeys).Any();

    public string Refuse(string id) =>
        $"The bucket {bucket} is not the archive that the database knows: set Evercam:S3:Bucket and Evercam:S3:Prefix to where it is, "
        + $"or, if it is the archive, write {id} into the object {bucket.Names.Mark}.";
}
