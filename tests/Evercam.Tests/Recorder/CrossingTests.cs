using System.Runtime.CompilerServices;
using Amazon.S3;
using Evercam.Archive;
using Evercam.CameraClient;
using Evercam.Recorder;
using Evercam.Server.Http;
using Evercam.Storage;
using Evercam.Storage.Postgres;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Orleans.Serialization;

namespace Evercam.Tests.Recorder;

/// <summary>What a recorder throws is answered alike by the server that has it, by another one, and by one of an earlier version.</summary>
public sealed class CrossingTests : IDisposable
{
    private const string NoArchive = "The archive cannot be read now";
    private const string NoService = "Service unavailable, please try again";
    private const string? Bug = null;

    private static readonly PackName Pack = PackName.Of(1, DateTimeOffset.UnixEpoch);

    private static readonly Dictionary<string, (Exception Thrown, string? Answer)> Failures = new()
    {
        ["the bucket"] = (new PacksUnavailableException("Away.", new AmazonS3Exception("Refused.")), NoArchive),
        ["packs that wait for the bucket"] = (
            new PacksNotDurableException(new Dictionary<PackName, IOException> { [Pack] = new PacksUnavailableException("Away.") }), NoArchive),
        ["a busy archive"] = (new ArchiveBusyException(), NoService),
        ["a full disk"] = (new ArchiveFullException(), NoService),
        ["a disk"] = (new IOException("Input/output error"), NoService),
        ["a forbidden folder"] = (new UnauthorizedAccessException("Operation not permitted"), NoService),
        ["another server"] = (new CameraElsewhereException([1]), NoService),
        ["a server that is gone"] = (new NodeGoneException(), NoService),
        ["no answer"] = (new TimeoutException("Nobody answers."), NoService),
        ["a database that ends"] = (Refused("57P01"), NoService),
        ["a database that is known to be away"] = (new DatabaseAwayException(), NoService),
        ["a connection that breaks"] = (new NpgsqlException("Broken.", new IOException("Connection reset by peer")), NoService),
        ["a slow statement"] = (new NpgsqlException("Slow.", new TimeoutException("Timeout during reading attempt")), NoService),
        ["no free connection"] = (
            new NpgsqlException("The connection pool has been exhausted, either raise 'Max Pool Size'", new TimeoutException()), NoService),
        ["a full database"] = (Refused("53100"), NoService),
        ["a refused row"] = (new DbUpdateException("Not saved.", Refused("40001")), NoService),
        ["the index"] = (new IndexUnavailableException("The index does not answer.", Refused("57P03")) { IsTold = true }, NoService),
        ["a table that is missing"] = (Refused("42P01"), Bug),
        ["a row that is there"] = (new DbUpdateException("Not saved.", Refused("23505")), Bug),
        ["a bug"] = (new KeyNotFoundException("The given key was not present in the dictionary."), Bug),
        ["a bug beneath another"] = (new InvalidOperationException("A bug.", Refused("42P01")), Bug),
        ["what ends with its server"] = (new OperationCanceledException(), Bug),
    };

    private readonly ServiceProvider ours = new ServiceCollection().AddSerializer().Configure<ExceptionSerializationOptions>(Crossing.Admit).BuildServiceProvider();
    private readonly ServiceProvider earlier = new ServiceCollection().AddSerializer().BuildServiceProvider();

    public static TheoryData<string> Known => [.. Failures.Keys];

    /// <summary>All that the recorder and what it uses may throw of their own.</summary>
    public static TheoryData<Type> Own =>
    [
        .. new[] { typeof(SnapshotArchive), typeof(CameraFetcher), typeof(StorageOptions), typeof(IRecorder) }
            .SelectMany(type => type.Assembly.GetTypes())
            .Where(type => typeof(Exception).IsAssignableFrom(type) && !type.IsAbstract),
    ];

    public void Dispose()
    {
        ours.Dispose();
        earlier.Dispose();
    }

    [Theory]
    [MemberData(nameof(Known))]
    public void A_failure_is_answered_alike_by_every_server(string failure)
    {
        var (thrown, answer) = Failures[failure];
        var sent = Crossing.Of(thrown);
        Assert.Equal(answer, ApiErrorHandler.Translate(sent)?.Message);
        foreach (var arrived in new[] { Send(sent, ours), Send(sent, earlier) })
        {
            Assert.Equal(answer, ApiErrorHandler.Translate(arrived)?.Message);
            Assert.Equal(answer is null ? 500 : 503, ApiErrorHandler.Translate(arrived)?.Status ?? 500);
            Assert.Equal(thrown.IsDatabaseAway(), arrived.IsDatabaseAway());
            Assert.Equal(thrown.IsDatabaseLate(), arrived.IsDatabaseLate());
            Assert.Contains(answer == NoArchive ? "Away." : thrown.Message, arrived.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_text_of_a_bug_goes_with_the_place_where_it_was_thrown()
    {
        var thrown = Assert.Throws<KeyNotFoundException>(() => new Dictionary<int, int>()[1]);
        var arrived = Send(Crossing.Of(thrown), ours);
        Assert.Contains(nameof(KeyNotFoundException), arrived.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(The_text_of_a_bug_goes_with_the_place_where_it_was_thrown), arrived.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Own))]
    public void Whatever_is_thrown_arrives(Type type)
    {
        var sent = Crossing.Of((Exception)RuntimeHelpers.GetUninitializedObject(type));
        var answer = ApiErrorHandler.Translate(sent)?.Message;
        Assert.Equal(answer, ApiErrorHandler.Translate(Send(sent, ours))?.Message);
        Assert.Equal(answer, ApiErrorHandler.Translate(Send(sent, earlier))?.Message);
    }

    [Fact]
    public void What_an_earlier_version_cannot_send_is_taken_for_an_outage()
    {
        var refusal = Assert.Throws<CodecNotFoundException>(
            () => earlier.GetRequiredService<Serializer>().SerializeToArray<Exception>(new PacksUnavailableException("Away.")));
        Assert.Equal(NoService, ApiErrorHandler.Translate(Send(refusal, ours))?.Message);
    }

    /// <summary>As it goes from this version's servers to others.</summary>
    private Exception Send(Exception sent, ServiceProvider to) =>
        to.GetRequiredService<Serializer>().Deserialize<Exception>(ours.GetRequiredService<Serializer>().SerializeToArray(sent))!;

    private static PostgresException Refused(string sqlState) => new("It refuses.", "ERROR", "ERROR", sqlState);
}
