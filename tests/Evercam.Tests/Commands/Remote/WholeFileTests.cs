using System.Diagnostics;
using Evercam.Server.Commands;
using Evercam.Server.Commands.Remote;

namespace Evercam.Tests.Commands.Remote;

/// <summary>Where a command may put a file.</summary>
public sealed class WholeFileTests : IDisposable
{
    private readonly TempFolder folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("/dev/null")]
    [InlineData("/dev/stdout")]
    [InlineData("/dev/../dev/null")]
    [InlineData("/proc/self/fd/1")]
    [InlineData("/")]
    public void What_is_no_file_is_refused(string path) => Assert.Throws<CannotBeginException>(() => WholeFile.Expect(path));

    [Fact]
    public async Task A_folder_a_pipe_and_links_to_them_are_refused()
    {
        using (var make = Process.Start("mkfifo", folder["pipe"]))
        {
            await make.WaitForExitAsync(Cancellation);
        }

        File.CreateSymbolicLink(folder["to pipe"], "pipe");
        File.CreateSymbolicLink(folder["to null"], "/dev/null");
        File.CreateSymbolicLink(folder["to folder"], folder.Path);
        Assert.All(
            new[] { "", "pipe", "to pipe", "to null", "to folder", "none/x" },
            name => Assert.Throws<CannotBeginException>(() => WholeFile.Expect(folder[name])));
    }

    [Fact]
    public async Task A_link_stays_one_and_its_file_gets_what_is_written()
    {
        await File.WriteAllTextAsync(folder["real"], "old", Cancellation);
        File.CreateSymbolicLink(folder["link"], "real");
        File.CreateSymbolicLink(folder["link to link"], "link");
        File.CreateSymbolicLink(folder["to come"], "not yet");
        await WholeFile.WriteAsync(WholeFile.Expect(folder["link to link"]), "new"u8.ToArray(), FileMode.CreateNew, Cancellation);
        await WholeFile.WriteAsync(WholeFile.Expect(folder["to come"]), "first"u8.ToArray(), FileMode.CreateNew, Cancellation);
        Assert.Equal("new", await File.ReadAllTextAsync(folder["real"], Cancellation));
        Assert.Equal("first", await File.ReadAllTextAsync(folder["not yet"], Cancellation));
        Assert.Equal("real", new FileInfo(folder["link"]).LinkTarget);
    }

    [Fact]
    public async Task A_file_that_is_in_the_way_stays()
    {
        await File.WriteAllTextAsync(folder["now.jpg.part"], "mine", Cancellation);
        Assert.Throws<CannotBeginException>(() => WholeFile.ExpectFree(folder["now.jpg"]));
        await Assert.ThrowsAsync<IOException>(() => WholeFile.WriteAsync(folder["now.jpg"], [1], FileMode.CreateNew, Cancellation));
        Assert.Equal("mine", await File.ReadAllTextAsync(folder["now.jpg.part"], Cancellation));
    }
}
