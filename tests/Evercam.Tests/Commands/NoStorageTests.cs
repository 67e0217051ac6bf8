using Evercam.Tests.Servers;

namespace Evercam.Tests.Commands;

/// <summary>A data directory that was mistyped.</summary>
public sealed class NoStorageTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("There is no database", "check")]
    [InlineData("There is no database", "user", "list")]
    [InlineData("There is no database", "user", "add", "joe", "joe@example.org")]
    [InlineData("There is no database", "client", "list")]
    [InlineData("There is no database", "backup", "copy")]
    [InlineData("There is neither a database nor an archive", "reindex")]
    public async Task Nothing_is_made_of_it(string sentence, params string[] arguments)
    {
        using var folder = new TempFolder();
        var (exit, said) = await EvercamProcess.RunAsync(Cancellation, [.. arguments, "--Evercam:DataDirectory", folder["data"]]);
        Assert.Equal((2, $"{sentence} in the data directory {folder["data"]}.\n"), (exit, said));
        Assert.Empty(Directory.EnumerateFiles(folder.Path, "*.db*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task No_database_is_made_of_a_bucket_that_has_another_one_unless_that_is_said()
    {
        using var folder = new TempFolder();
        string[] place =
        [
            "--Evercam:DataDirectory", folder["data"], "--Evercam:Packs", "s3", "--Evercam:S3:ServiceUrl", "http://127.0.0.1:1",
            "--Evercam:S3:Bucket", "pictures", "--Evercam:S3:AccessKey", "a", "--Evercam:S3:SecretKey", "b",
        ];
        var (exit, said) = await EvercamProcess.RunAsync(Cancellation, ["reindex", .. place]);
        Assert.Equal(
            (2, $"There is no database in the data directory {folder["data"]}. If it is lost, --take-bucket makes another one, which takes the bucket over.\n"),
            (exit, said));
        Assert.Empty(Directory.EnumerateFiles(folder.Path, "*.db*", SearchOption.AllDirectories));

        // Then the bucket is asked, and this one does not answer.
        (exit, said) = await EvercamProcess.RunAsync(Cancellation, ["reindex", "--take-bucket", .. place]);
        Assert.Equal(2, exit);
        Assert.DoesNotContain("There is no database", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_index_is_made_anew_where_only_the_archive_is_left()
    {
        using var data = new TempFolder();
        Directory.CreateDirectory(data["archive"]);
        var (exit, said) = await EvercamProcess.RunAsync(Cancellation, "reindex", "--Evercam:DataDirectory", data.Path);
        Assert.True(exit == 0, said);
    }
}
