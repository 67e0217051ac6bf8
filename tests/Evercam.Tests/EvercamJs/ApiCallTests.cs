using Evercam.Tests.Servers;
using Evercam.Tests.Storage;

namespace Evercam.Tests.EvercamJs;

/// <summary>Every member of <c>window.Evercam</c> (contract 6.4) against the real API, from a page of another site.</summary>
public sealed class ApiCallTests(ScriptServer server, Chromium chromium) : IClassFixture<ScriptServer>
{
    public static readonly TheoryData<string> Versions = JQuery.Versions;

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_script_signs_up_and_keeps_cameras(string jQuery)
    {
        await using var stage = await ScriptStage.SetAsync(server, chromium);
        var (login, id) = (CatalogRows.Fresh("js-user"), CatalogRows.Fresh("js-camera-"));
        var page = await stage.OpenAsync(stage.Script, jQuery);

        Assert.Equal($"{login} null", await page.EvaluateAsync<string>(
            """
            login => Evercam.User.create({
              forename: 'Joe', lastname: 'Bloggs & Söhne', username: login, country: 'ie', email: `${login}@example.org`, password: 'secret + 1',
            }).then(user => `${user.id} ${user.confirmed_at}`)
            """,
            login));
        var joe = new Person(login, People.Basic(login, "secret + 1"));
        var keys = System.Text.Json.Nodes.JsonNode.Parse(
            (await stage.App.AskAsync("GET", $"users/{login}/credentials?password=secret%20%2B%201", joe)).Body)!;
        await page.EvaluateAsync("keys => Evercam.setAuth(keys)", new { api_id = (string)keys["api_id"]!, api_key = (string)keys["api_key"]! });

        // Nested and empty values, a whole object sent back, and some of its members.
        Assert.Equal(
            ["js true", "js -6.26 null true true", "renamed null 8080", "renamed /now.jpg true", id, "{}", "404 error"],
            await page.EvaluateAsync<string[]>(
                """
                async id => {
                  const said = [];
                  const created = await Evercam.Camera.create({
                    id, name: 'js', is_public: true, external_host: '10.0.0.1', location: { lng: -6.26, lat: 53.35 },
                  });
                  said.push(`${created.cameras[0].name} ${created.cameras[0].is_public}`);

                  const camera = await Evercam.Camera.by_id(id);
                  const before = JSON.stringify({ ...camera.data, updated_at: 0 });
                  const same = (await camera.update()).cameras[0];
                  said.push(`${camera.data.name} ${camera.data.location.lng} ${camera.data.cam_username} ${camera.name === id} ${
                    JSON.stringify({ ...same, updated_at: 0 }) === before}`);

                  Object.assign(camera.data, { name: 'renamed', external_host: null, external_http_port: 8080, jpg_url: 'kept.jpg' });
                  const changed = (await camera.update(['name', 'external_host', 'external_http_port'])).cameras[0];
                  said.push(`${changed.name} ${changed.external_host} ${changed.external_http_port}`);

                  camera.data.jpg_url = 'now.jpg';
                  const whole = (await camera.update()).cameras[0];
                  said.push(`${whole.name} ${whole.jpg_url} ${whole.is_public}`);

                  const mine = await Evercam.User.cameras(Evercam.login = whole.owner);
                  said.push(mine.map(each => each.id).join());
                  said.push(JSON.stringify(await Evercam.Camera.remove(id)));
                  said.push(await new Promise(done => Evercam.Camera.by_id(id).then(null, (xhr, why) => done(`${xhr.status} ${why}`))));
                  return said;
                }
                """,
                id));
        Assert.Equal($"{login} Joseph Bloggs & Söhne", await page.EvaluateAsync<string>(
            """
            login => Evercam.User.by_login(login).then(user => {
              user.data.forename = 'Joe Junior';
              return user.update().then(() => {
                user.data.forename = 'Joseph';
                return user.update(['forename']);
              }).then(answer => `${user.login} ${answer.users[0].forename} ${answer.users[0].lastname}`);
            })
            """,
            login));
        Assert.Empty(stage.Errors);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_script_asks_about_makers(string jQuery)
    {
        await using var stage = await ScriptStage.SetAsync(server, chromium);
        var user = await stage.App.AddUserAsync(CatalogRows.Fresh("js-maker"));
        var page = await stage.OpenAsync(stage.Script, jQuery);
        Assert.Equal("401", await page.EvaluateAsync<string>(
            "new Promise(done => { Evercam.Vendor.all().then(null, xhr => done(`${xhr.status}`)); })"));
        await page.EvaluateAsync("keys => Evercam.setAuth(keys)", new { api_id = user.ApiId, api_key = user.ApiKey });
        Assert.Equal(
            "true tplink YCW005 true tplink true",
            await page.EvaluateAsync<string>(
                """
                (async () => [
                  (await Evercam.Model.all()).some(vendor => vendor.id === 'ycam'),
                  (await Evercam.Model.by_vendor('tplink')).id,
                  (await Evercam.Model.by_model('ycam', 'YCW005')).name,
                  (await Evercam.Vendor.all()).length > 1,
                  (await Evercam.Vendor.by_mac('54:E6:FC'))[0].id,
                  typeof Evercam.Vendor.all().done === 'function',
                ].join(' '))()
                """));
        Assert.Equal(
            $"{stage.Address}/v1: users users/joe/cameras cameras vendors models models/a/b cameras/a%2Fb/snapshot.jpg 0 false",
            await page.EvaluateAsync<string>(
                """
                (() => {
                  Evercam.setAuth();
                  const { apiUrl, User, Camera, Vendor, Model, refresh, withCredentials } = Evercam;
                  return `${apiUrl}: ${[
                    User.url(), User.url('joe/cameras'), Camera.url(), Vendor.url(), Model.url(), Model.url('a/b'), Camera.snapshotUrl('a/b'),
                  ].map(url => url.replace(`${apiUrl}/`, '')).join(' ')} ${refresh} ${withCredentials}`;
                })()
                """));
        Assert.Equal("https://other.example/v1 https://other.example/v1/users", await page.EvaluateAsync<string>(
            "(() => { Evercam.setApiUrl('https://other.example/v1'); return `${Evercam.apiUrl} ${Evercam.User.url()}`; })()"));
    }
}
