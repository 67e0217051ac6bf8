using Evercam.Archive;
using Evercam.FakeCameras;
using Evercam.Storage.Catalog;
using Evercam.Tests.Servers;
using Evercam.Tests.Snapshots;
using Microsoft.Extensions.DependencyInjection;

namespace Evercam.Tests.Recorder;

/// <summary>The same with PostgreSQL.</summary>
public sealed class PostgresRecordingServer(PostgresServer server) : PicturesServer
{
    protected override async Task<Dictionary<string, string?>> SettingsAsync() => new()
    {
        ["ConnectionStrings:Evercam"] = await server.CreateDatabaseAsync(),
        ["Evercam:Archive:CommitInterval"] = "00:00:00.050",
        ["Evercam:Cameras:AnswerTimeout"] = "00:01:00",
        ["Evercam:Cameras:Deadline"] = "00:01:00",
    };
}

public sealed class SqliteDeletedRecordingTests(RecordingServer server) : DeletedRecordingTests(server), IClassFixture<RecordingServer>;

public sealed class PostgresDeletedRecordingTests(PostgresRecordingServer server)
    : DeletedRecordingTests(server), IClassFixture<PostgresRecordingServer>;

/// <summary>Cameras that are deleted while their recorders fetch and keep, on each database.</summary>
public abstract class DeletedRecordingTests(PicturesServer server) : IAsyncLifetime
{
    private readonly FakeCamera camera = new("gate") { Width = 160, Height = 120 };
    private FakeCameraHost host = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => host = await FakeCameraHost.StartAsync([camera], Cancellation);

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Of_two_who_delete_a_camera_while_it_records_one_does_and_neither_row_nor_file_is_left()
    {
        var index = server.App.Services.GetRequiredService<ISnapshotIndex>();
        for (var round = 0; round < 5; round++)
        {
            var stage = await Stage.SetAsync(server.App, c =>
            {
                (c.ExternalHost, c.ExternalHttpPort, c.JpgUrl) = ("127.0.0.1", host.Port, Setting.Of(host.UrlOf(camera).AbsolutePath));
                RecorderTests.Record(c);
            });
            await Eventually.IsTrueAsync(async () => await RecorderTests.CountAsync(stage) >= 3);

            var answers = await Task.WhenAll(DeleteAsync(stage), DeleteAsync(stage));
            Assert.Single(answers, answer => answer.Status == 200).Is(200, "{}");
            Assert.Single(answers, answer => answer.Status != 200).Refuses(404, "Camera does not exist");

            await RecorderTests.QuietAsync(camera, stage);
            await Eventually.IsTrueAsync(async () => await RecorderTests.CountAsync(stage) == 0 && !Directory.Exists(stage.Folder)
                && (await index.ListErasuresAsync(Cancellation)).Count == 0);
            (await stage.GetAsync("snapshots")).Refuses(404, "Camera does not exist");
            (await stage.UploadAsync(1)).Refuses(404, "Camera does not exist");
            Assert.False(Directory.Exists(stage.Folder));
        }

        static Task<Reply> DeleteAsync(Stage stage) =>
            Stage.AskAsync(stage.App, HttpMethod.Delete, $"cameras/{stage.Id}", stage.Owner);
    }
}
