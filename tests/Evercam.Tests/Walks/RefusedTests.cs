using Evercam.Tests.Snapshots;
using Evercam.Tests.Storage;

namespace Evercam.Tests.Walks;

public sealed class SqliteRefusedTests(SqliteWalk shared) : RefusedTests(shared), IClassFixture<SqliteWalk>;

public sealed class PostgresRefusedTests(PostgresWalk shared) : RefusedTests(shared), IClassFixture<PostgresWalk>;

/// <summary>After each refused request the database is what it was before, whatever was refused and to whom.</summary>
public abstract class RefusedTests(SharedApp shared) : IAsyncLifetime
{
    private Walker walker = null!;

    private EvercamApp App => shared.App;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => walker = await Walker.SetOutAsync(App);

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task What_is_refused_changes_nothing()
    {
        var (before, refused) = (await ReadAsync(), 0);
        foreach (var route in ApiRoute.Of(App).Where(route => route.HasBody))
        {
            foreach (var (path, body) in Requests(route))
            {
                var heard = await walker.AskAsync(route.Method, path, "application/json", body);
                var after = await ReadAsync();
                if (heard.Status >= 400)
                {
                    refused++;
                    AssertSame(before, after, $"{route} {Odd.Start(body)}: {heard.Status} {heard.Body}");
                }

                before = after;
            }
        }

        Assert.True(refused > 150, $"{refused}");
    }

    [Fact]
    public async Task What_is_there_already_and_what_is_no_picture_changes_nothing()
    {
        var (joe, ann) = (await App.AddUserAsync(CatalogRows.Fresh("owner")), await App.AddUserAsync(CatalogRows.Fresh("guest")));
        var (camera, client) = (CatalogRows.Fresh("taken-"), CatalogRows.Fresh("client"));
        await App.AddCameraAsync(camera, joe);
        var (share, upload) = ($"/v1/cameras/{camera}/share?{joe.Keys}", $"/v1/cameras/{camera}/snapshots/1397651000");
        var guest = $"email={Uri.EscapeDataString(ann.Email)}&rights=List";
        var nobody = $"email={CatalogRows.Fresh("nobody")}%40example.org&rights=List";
        var register = $"name={client}&callback_uris={Uri.EscapeDataString("http://localhost/")}&user_name={joe.Name}&email=a%40example.org";
        var picture = await FormAsync(Stage.Jpeg, "image/jpeg", notes: "A parcel came");

        // What is done once is refused the second time.
        foreach (var (path, body) in new[] { (share, guest), (share, nobody), ($"/v1/client?{joe.Keys}", register) })
        {
            Assert.Equal(201, (await AskAsync(path, body)).Status);
            await IsRefusedAsync(409, () => AskAsync(path, body));
        }

        Assert.Equal(200, (await UploadAsync($"{upload}?{joe.Keys}", picture)).Status);
        await IsRefusedAsync(400, () => UploadAsync($"{upload}?{joe.Keys}", picture));
        var next = upload[..^1] + "1";
        foreach (var (status, path, form) in new[]
        {
            (400, $"{next}?{joe.Keys}", await FormAsync("no picture"u8.ToArray(), "text/plain", notes: null)),
            (400, $"{next}?{joe.Keys}", await FormAsync(Stage.Jpeg, "image/jpeg", notes: new string('x', 10_001))),
            (400, $"{next}?{joe.Keys}", picture[..^8]),
            (401, $"{next}?api_id=0&api_key=0", picture),
            (403, $"{next}?{ann.Keys}", picture),
        })
        {
            await IsRefusedAsync(status, () => UploadAsync(path, form));
        }

        Task<Heard> AskAsync(string path, string body) => walker.AskAsync("POST", path, "application/x-www-form-urlencoded", body);

        Task<Heard> UploadAsync(string path, byte[] form) => walker.AskAsync("POST", path, "multipart/form-data; boundary=b", form);

        async Task IsRefusedAsync(int status, Func<Task<Heard>> ask)
        {
            var before = await ReadAsync();
            var heard = await ask();
            Assert.True(heard.Status == status, $"{status} {heard.Status} {heard.Body}");
            AssertSame(before, await ReadAsync(), $"{heard.Status} {heard.Body}");
        }

        static async Task<byte[]> FormAsync(byte[] bytes, string type, string? notes)
        {
            using var form = Stage.Form(notes, (bytes, type));
            return await form.ReadAsByteArrayAsync(Cancellation);
        }
    }

    private IEnumerable<(string Path, string Body)> Requests(ApiRoute route)
    {
        var sound = walker.Sound(route);
        var (path, own, names) = (walker.PathOf(route), $"?{walker.Keys}", sound.Select(parameter => parameter.Key).ToList());
        yield return ($"{path}?api_id=0&api_key=0", sound.ToJsonString());
        yield return ($"{path}?{walker.StrangersKeys}", sound.ToJsonString());
        yield return ($"{route.Path(_ => Walker.Absent)}{own}", sound.ToJsonString());
        yield return (path + own, sound.ToJsonString()[..^1]);
        yield return (path + own, Walker.JsonOf(names, "{}"));
        yield return (path + own, Walker.JsonOf(names.Where(name => name is not ("is_public" or "enabled" or "discoverable")), "null"));
    }

    private static void AssertSame(SortedDictionary<string, string> before, SortedDictionary<string, string> after, string request) =>
        Assert.All(after, table => Assert.True(
            table.Value == before.GetValueOrDefault(table.Key), $"{request}\n{table.Key}\n{before.GetValueOrDefault(table.Key)}\n{table.Value}"));

    private Task<SortedDictionary<string, string>> ReadAsync() => App.StoreAsync(AllTables.ReadAsync);
}
