using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Evercam.Tests.Golden;

/// <summary>
/// Requests and their exact answers, recorded in a file beside this one and reviewed like code: what clients rely on changes only
/// where a reader of the change can see it. <c>EVERCAM_GOLDEN=write</c> in the environment of the tests records anew.
/// </summary>
/// <param name="app">A server of its own, so that numbers begin at 1.</param>
/// <param name="name">The file's name.</param>
internal sealed partial class Conversation(EvercamApp app, string name)
{
    private readonly StringBuilder talk = new();

    private static bool RecordsAnew => Environment.GetEnvironmentVariable("EVERCAM_GOLDEN") == "write";

    /// <summary>Says what comes next.</summary>
    public void Say(string words) => talk.Append("\n# ").Append(words).Append('\n');

    /// <summary>Asks, and keeps what was asked and answered.</summary>
    public async Task AskAsync(string method, string path, Person? caller, params (string Name, string Value)[] form) => Keep(
        $"{method} {path}{string.Concat(form.Select(field => $" {field.Name}={field.Value}"))}",
        caller,
        await app.AskAsync(method, path, caller, form));

    /// <summary>Asks with a body, and keeps what is said of that.</summary>
    public async Task AskAsync(string method, string path, Person? caller, string said, HttpContent body) =>
        Keep($"{method} {path} {said}", caller, await app.AskAsync(method, path, caller, body));

    /// <summary>Compares with what was recorded.</summary>
    public async Task EndAsync([CallerFilePath] string here = "")
    {
        var cancellation = TestContext.Current.CancellationToken;
        var file = Path.Combine(Path.GetDirectoryName(here)!, $"{name}.txt");
        var now = talk.ToString().TrimStart('\n');
        if (RecordsAnew)
        {
            await File.WriteAllTextAsync(file, now, cancellation);
        }

        var recorded = File.Exists(file) ? await File.ReadAllTextAsync(file, cancellation) : "";
        Assert.Equal(recorded.Split('\n'), now.Split('\n'));
    }

    private void Keep(string asked, Person? caller, (int Status, string Body) answer) => talk
        .Append('\n').Append(caller?.Name ?? "anonymous").Append("> ").Append(Dice().Replace(asked, "…"))
        .Append('\n').Append(answer.Status).Append(' ').Append(Dice().Replace(answer.Body, "…")).Append('\n');

    /// <summary>API ids and keys, where a client's is just called its id; and the ports of cameras.</summary>
    [GeneratedRegex("(?<=\"(api_)?(id|key)\":\"|api_(id|key)=)[0-9a-f]{16,}|(?<=127\\.0\\.0\\.1:)[0-9]{4,5}")]
    private static partial Regex Dice();
}
