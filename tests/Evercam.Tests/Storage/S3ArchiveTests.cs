using Evercam.Tests.Archive;

namespace Evercam.Tests.Storage;

/// <summary>What the archive promises, with its packs in a bucket.</summary>
public sealed class SwiftWaitingTests(SwiftStorage storage) : WaitingTests(storage), IClassFixture<SwiftStorage>;

/// <inheritdoc cref="SwiftWaitingTests"/>
public sealed class SwiftRetentionTests(SwiftStorage storage) : RetentionTests(storage), IClassFixture<SwiftStorage>;

/// <inheritdoc cref="SwiftWaitingTests"/>
public sealed class SwiftRefusedDeletionTests(SwiftStorage storage) : RefusedDeletionTests(storage), IClassFixture<SwiftStorage>;

/// <inheritdoc cref="SwiftWaitingTests"/>
public sealed class SwiftPropertyTests(SwiftStorage storage) : ArchivePropertyTests(storage), IClassFixture<SwiftStorage>
{
    protected override int Runs => 15;
}

/// <inheritdoc cref="SwiftWaitingTests"/>
public sealed class CephWaitingTests(CephStorage storage) : WaitingTests(storage), IClassFixture<CephStorage>;

/// <inheritdoc cref="SwiftWaitingTests"/>
public sealed class CephRetentionTests(CephStorage storage) : RetentionTests(storage), IClassFixture<CephStorage>;

/// <inheritdoc cref="SwiftWaitingTests"/>
public sealed class CephRefusedDeletionTests(CephStorage storage) : RefusedDeletionTests(storage), IClassFixture<CephStorage>;

/// <inheritdoc cref="SwiftWaitingTests"/>
public sealed class CephPropertyTests(CephStorage storage) : ArchivePropertyTests(storage), IClassFixture<CephStorage>
{
    protected override int Runs => 15;
}
