using System.Xml.Linq;
using Evercam.Storage.Disk;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evercam.Tests.Storage;

/// <summary>The keys that protect the database's secrets.</summary>
public sealed class KeyFilesTests : IDisposable
{
    private readonly TempFolder folder = new();

    [Fact]
    public void A_key_is_on_stable_storage_before_it_has_its_name_and_its_name_before_it_is_used()
    {
        var (path, synced) = (folder["keys/key-1.xml"], new List<string>());
        using var stable = new StableStorage
        {
            SyncFile = (file, handle) => synced.Add(
                $"{Path.GetFileName(file)}: {RandomAccess.GetLength(handle) > 20}, {File.Exists(path)}"),
            SyncDirectory = directory => synced.Add($"{Path.GetRelativePath(folder.Path, directory)}: {File.Exists(path)}"),
        };
        var keys = new KeyFiles(new DirectoryInfo(folder["keys"]), NullLoggerFactory.Instance, stable);
        keys.StoreElement(new XElement("key", new XAttribute("id", "first")), "key-1");
        Assert.Equal(["key-1.xml.new: True, False", "keys: True", ".: True"], synced);
        Assert.Equal("first", Assert.Single(keys.GetAllElements()).Attribute("id")?.Value);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, new FileInfo(path).UnixFileMode);
    }

    [Fact]
    public void What_a_crash_left_of_a_key_is_none_and_is_written_over()
    {
        Directory.CreateDirectory(folder["keys"]);
        File.WriteAllText(folder["keys/key-1.xml.new"], "");
        using var stable = new StableStorage();
        var keys = new KeyFiles(new DirectoryInfo(folder["keys"]), NullLoggerFactory.Instance, stable);
        Assert.Empty(keys.GetAllElements());
        keys.StoreElement(new XElement("key"), "key-1");
        Assert.Single(keys.GetAllElements());
    }

    public void Dispose() => folder.Dispose();
}
