using Evercam.Api;
using Evercam.Tests.Docs;
using Evercam.Tests.Servers;

namespace Evercam.Tests.ApiClient;

/// <summary>The README of the client's package: what it shows compiles, and works.</summary>
public sealed class ReadmeTests(SqliteApp shared) : IClassFixture<SqliteApp>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_example_is_one_that_compiles()
    {
        var compiled = Plain(await File.ReadAllTextAsync(Repository.PathOf("tests/Evercam.Tests/ApiClient/ReadmeExamples.cs"), Cancellation));
        var examples = (await File.ReadAllTextAsync(Repository.PathOf("src/Evercam.Client/README.md"), Cancellation)).Split("```csharp\n").Skip(1)
            .Select(example => Plain(example.Split("```")[0]).Replace("using Evercam.Api;\n\n", "", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(examples);
        Assert.All(examples, example => Assert.Contains(example, compiled, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Examples_do_what_they_say()
    {
        var joe = await shared.App.SignUpAsync();
        using var http = new HttpClient { BaseAddress = shared.App.Address };
        var evercam = new EvercamClient(http, Credential.Basic(joe.Name, joe.Password));
        Assert.True(await ReadmeExamples.TryAsync(evercam));
        Assert.False(await ReadmeExamples.TryAsync(evercam));
        using var folder = new TempFolder();
        var bytes = await Photographs.ReadAsync("small.jpg");
        await File.WriteAllBytesAsync(folder["a.jpg"], bytes, Cancellation);
        await ReadmeExamples.UploadAsync(evercam, folder["a.jpg"]);
        await ReadmeExamples.CopyAsync(evercam, folder.Path);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(folder["1397651000.jpg"], Cancellation));
    }

    /// <summary>Without indentation, which a method gives.</summary>
    private static string Plain(string code) => string.Join('\n', code.Split('\n').Select(line => line.Trim()));
}
