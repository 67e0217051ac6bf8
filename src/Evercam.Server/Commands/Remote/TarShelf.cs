using System.Formats.Tar;
using Evercam.Api;

namespace Evercam.Server.Commands.Remote;

/// <summary>A TAR file of dated pictures, with notes as packs have them. It grows under another name and has its own when it is whole; what
/// was broken off is cut to its last whole picture, and goes on from there.</summary>
internal sealed class TarShelf : IPictureShelf
{
    private const int Block = 512;

    /// <summary>As in the packs of the archive, and as <c>tar --xattrs</c> takes it.</summary>
    private const string Notes = "SCHILY.xattr.user.evercam.notes";

    private readonly string path;
    private readonly FileStream stream;
    private readonly TarWriter writer;
    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private bool isOpen = true;

    private TarShelf(string path)
    {
        this.path = path;
        stream = new FileStream(path + WholeFile.Unfinished, FileMode.OpenOrCreate, FileAccess.ReadWrite);
        var end = ReadNames();
        stream.SetLength(end);
        stream.Position = end;
        writer = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true);
    }

    /// <summary>Opens one, or makes it.</summary>
    /// <exception cref="CannotBeginException">There is a file of that name, and it is none of ours.</exception>
    public static TarShelf Open(string path)
    {
        var begun = path + WholeFile.Unfinished;
        var isCopy = !File.Exists(begun) && File.Exists(path);
        if (isCopy)
        {
            File.Copy(path, begun);
        }

        var shelf = new TarShelf(path);
        if (isCopy && shelf.names.Count == 0)
        {
            shelf.Close();
            File.Delete(begun);
            throw new CannotBeginException($"{path} is there, and has no pictures.");
        }

        return shelf;
    }

    public bool Has(long second) => PictureName.AllEndings.Any(ending => names.Contains(PictureName.Of(second) + ending));

    public async Task AddAsync(Snapshot snapshot, Download picture, CancellationToken cancellation)
    {
        var name = PictureName.Of(snapshot.CreatedAt) + PictureName.EndingOf(picture.MediaType);
        using var bytes = new MemoryStream(await picture.ReadAsync(cancellation));
        var attributes = snapshot.Notes is { Length: > 0 } notes ? new Dictionary<string, string> { [Notes] = notes } : [];
        var entry = new PaxTarEntry(TarEntryType.RegularFile, name, attributes)
        {
            DataStream = bytes,
            ModificationTime = DateTimeOffset.FromUnixTimeSeconds(snapshot.CreatedAt),
        };
        // Once begun it is finished: half of one would have to be cut.
        await writer.WriteEntryAsync(entry, CancellationToken.None);
        names.Add(name);
    }

    public Task FinishAsync()
    {
        Close();
        if (names.Count == 0)
        {
            File.Delete(path + WholeFile.Unfinished);
        }
        else
        {
            File.Move(path + WholeFile.Unfinished, path, overwrite: true);
        }

        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        Close();
        return ValueTask.CompletedTask;
    }

    private void Close()
    {
        if (isOpen)
        {
            isOpen = false;
            writer.Dispose();
            stream.Dispose();
        }
    }

    /// <returns>Where the last whole picture ends.</returns>
    private long ReadNames()
    {
        var end = 0L;
        using var reader = new TarReader(stream, leaveOpen: true);
        try
        {
            while (reader.GetNextEntry() is { } entry)
            {
                var next = (entry.DataOffset + entry.Length + Block - 1) / Block * Block;
                if (next > stream.Length)
                {
                    break;
                }

                names.Add(entry.Name);
                end = next;
            }
        }
        catch (Exception torn) when (torn is InvalidDataException or IOException or FormatException)
        {
            // The rest is no picture.
        }

        return end;
    }
}
