using System.Text;
using System.Text.Json.Nodes;
using Evercam.Archive;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Evercam.Tests.Cameras;

public sealed class SqliteCameraCardTests(SqliteApp shared) : CameraCardTests(shared), IClassFixture<SqliteApp>;

public sealed class PostgresCameraCardTests(PostgresApp shared) : CameraCardTests(shared), IClassFixture<PostgresApp>;

/// <summary>What stands beside the packs of a camera, from which <c>reindex</c> restores it.</summary>
public abstract class CameraCardTests(SharedApp shared)
{
    private const int Rounds = 10;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_simultaneous_changes_the_one_that_holds_is_on_the_card()
    {
        var joe = await shared.App.SignUpAsync();
        var id = await shared.App.AddCameraAsync(joe);
        var key = await shared.App.StoreAsync(db => db.Cameras.Where(c => c.Id == id).Select(c => c.Key).SingleAsync(Cancellation));
        var packs = shared.App.Services.GetRequiredService<IPackStore>();
        for (var round = 0; round < Rounds; round++)
        {
            var names = Enumerable.Range(1, 8).Select(i => $"{round}-{new string((char)('a' + i), i * 20)}");
            var answers = await Task.WhenAll(names.Select(name => shared.App.AskAsync("PATCH", $"cameras/{id}", joe, ("name", name))));
            Assert.All(answers, answer => Assert.Equal(200, answer.Status));
            var camera = (await shared.App.AskAsync("GET", $"cameras/{id}", joe)).One();
            var card = JsonNode.Parse(Encoding.UTF8.GetString((await packs.ReadCardAsync(key, Cancellation))!))!;
            Assert.Equal(
                (id, (string?)camera["name"], joe.Name, (string?)camera["timezone"]),
                ((string?)card["id"], (string?)card["name"], (string?)card["owner"], (string?)card["timezone"]));
        }
    }
}
