using Evercam.Tests.Archive;

namespace Evercam.Tests.Storage;

/// <summary>What the archive promises, with its packs in a bucket.</summary>
public sealed class S3WaitingTests(SwiftStorage storage) : WaitingTests(storage), IClassFixture<SwiftStorage>;

/// <inheritdoc cref="S3WaitingTests"/>
public sealed class S3RetentionTests(SwiftStorage storage) : RetentionTests(storage), IClassFixture<SwiftStorage>;

/// <inheritdoc cref="S3WaitingTests"/>
public sealed class S3RefusedDeletionTests(SwiftStorage storage) : RefusedDeletionTests(storage), IClassFixture<SwiftStorage>;

/// <inheritdoc cref="S3WaitingTests"/>
public sealed class S3PropertyTests(SwiftStorage storage) : ArchivePropertyTests(storage), IClassFixture<SwiftStorage>
{
    protected override int Runs => 15;
}
