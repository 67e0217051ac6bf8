using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using Evercam.Archive;
using Evercam.Tests.Archive;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using SQLitePCL;

namespace Evercam.Tests.Storage;

/// <summary>A disk of 64 MB: a file system of its own where this process may mount one, else, and where a test asks for it, a folder
/// with a quota of the same effect. So no machine passes over what is tested on it.</summary>
internal sealed class SmallDisk : IDisposable
{
    private const long Size = 64 << 20;

    private const int Piece = 1 << 20;

    private readonly TempFolder folder = new();
    private readonly bool isMounted;
    private volatile bool isFilled;

    public SmallDisk(bool mount)
    {
        Folder = Directory.CreateDirectory(Path.Combine(folder.Path, "disk")).FullName;
        isMounted = mount && TryMount(Path.Combine(folder.Path, "image"));
    }

    public string Folder { get; }

    /// <summary>How many bytes are free.</summary>
    public long Free => isMounted ? new DriveInfo(Folder).AvailableFreeSpace : isFilled ? 0 : Size - Used;

    private string Others => Path.Combine(Folder, "others");

    private long Used => long.Parse(
        Run("du", "--summarize", "--block-size=1", Folder).Output.Split('\t')[0], CultureInfo.InvariantCulture);

    /// <summary>A file of somebody else takes all that is free, to the last block.</summary>
    public void Fill()
    {
        isFilled = true;
        if (!isMounted)
        {
            return;
        }

        using var others = new FileStream(Others, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (var piece = new byte[Piece]; piece.Length > 0;)
        {
            try
            {
                others.Write(piece);
            }
            catch (IOException)
            {
                piece = new byte[piece.Length / 2];
            }
        }

        others.Flush(flushToDisk: true);
    }

    /// <summary>That file gives room back.</summary>
    /// <param name="bytes">How much; by default all.</param>
    public void MakeRoom(long bytes = Size)
    {
        isFilled = false;
        if (isMounted)
        {
            using var others = new FileStream(Others, FileMode.Open);
            others.SetLength(Math.Max(0, others.Length - bytes));
            others.Flush(flushToDisk: true);
        }
    }

    /// <summary>What a database does that lies on it: where there is no file system of its own, changes are refused as SQLite refuses them.</summary>
    public IInterceptor Catalog => new Refusal(this);

    /// <summary>The same for calls of the index.</summary>
    public object? AnswerIndex(InterposedCall call) => !isMounted && isFilled && call.Method is "AddAsync" or "RemoveAsync" or "TakeBackAsync"
        ? throw new IndexUnavailableException("The database has no room.", NoRoom())
        : call.GoThrough();

    /// <summary>What calls of the packs on it do.</summary>
    public object? Answer(InterposedCall call) => call.Method switch
    {
        "get_FreeBytes" when !isMounted => Free,
        "AppendAsync" when !isMounted && Free < 1 << 20 =>
            throw new IOException("No space left on device"),
        _ => call.GoThrough(),
    };

    public void Dispose()
    {
        if (isMounted)
        {
            Run("umount", "--lazy", Folder);
        }

        folder.Dispose();
    }

    private bool TryMount(string image)
    {
        using (var file = File.Create(image))
        {
            file.SetLength(Size);
        }

        return Run("mkfs.ext4", "-q", "-F", image).Succeeded && Run("mount", "-o", "loop", image, Folder).Succeeded;
    }

    private static SqliteException NoRoom() => new("database or disk is full", raw.SQLITE_FULL);

    private static (bool Succeeded, string Output) Run(string program, params string[] arguments)
    {
        try
        {
            var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
            start.Environment["PATH"] += ":/sbin:/usr/sbin";
            using var process = Process.Start(start)!;
            var complaints = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            _ = complaints.Result;
            return (process.ExitCode == 0, output);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return (false, "");
        }
    }

    private sealed class Refusal(SmallDisk disk) : DbCommandInterceptor
    {
        public override InterceptionResult<int> NonQueryExecuting(
            DbCommand command, CommandEventData eventData, InterceptionResult<int> result) => Refuse(command, result);

        public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default) =>
            new(Refuse(command, result));

        public override InterceptionResult<DbDataReader> ReaderExecuting(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result) => Refuse(command, result);

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default) =>
            new(Refuse(command, result));

        private T Refuse<T>(DbCommand command, T result) =>
            !disk.isMounted && disk.isFilled && !command.CommandText.StartsWith("SELECT", StringComparison.Ordinal) ? throw NoRoom() : result;
    }
}
