using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Evercam.Archive.Pack;

/// <summary>The TAR form of one picture: a pax header with the hash and the notes, a ustar header, the picture, padding.</summary>
/// <remarks>
/// <para>Formats: POSIX.1-2017 pax, "ustar Interchange Format" and "pax Extended Header". Hash and notes are written as
/// extended attributes (<c>SCHILY.xattr.user.*</c>), which GNU tar, bsdtar and Python read without a warning and can
/// restore beside the file.</para>
/// <para>An erased entry becomes one pax <em>global</em> header that holds a <c>comment</c> of zeros, as long as the entry
/// was: TAR tools pass over it, no byte of the picture is left, and the disk may keep nothing where the zeros are.</para>
/// </remarks>
internal static class TarEntry
{
    public const int BlockLength = 512;

    private const int ChecksumOffset = 148;
    private const int TypeOffset = 156;
    private const string TimeFormat = "yyyy'-'MM'-'dd'T'HH'-'mm'-'ss'.'ffffff'Z'";
    private const string HashRecord = "SCHILY.xattr.user.evercam.sha256";
    private const string NotesRecord = "SCHILY.xattr.user.evercam.notes";
    private const string MtimeRecord = "mtime";

    /// <summary>Largest number of seconds that the eleven octal digits of a ustar header hold: the year 2242.</summary>
    private const long MaxOctalSeconds = 0x1_FFFF_FFFF;

    public enum BlockKind
    {
        /// <summary>Not a header block at all, or a damaged one.</summary>
        Invalid,

        /// <summary>512 zeros: the end, or a place not written yet.</summary>
        Zero,

        /// <summary>The pax header of the entry that follows (type <c>x</c>).</summary>
        Pax,

        /// <summary>A file (type <c>0</c>).</summary>
        File,

        /// <summary>A pax global header (type <c>g</c>): an erased entry.</summary>
        Erased,
    }

    /// <summary>The headers that stand before a picture.</summary>
    public static byte[] EncodeHeaders(
        DateTimeOffset takenAt, PictureType type, int length, ContentHash hash, string? notes)
    {
        var records = new PaxRecords();
        records.Add(HashRecord, hash.ToString());
        if (notes is not null)
        {
            records.Add(NotesRecord, notes);
        }

        var seconds = takenAt.ToUnixTimeSeconds();
        if (seconds is < 0 or > MaxOctalSeconds)
        {
            records.Add(MtimeRecord, seconds.ToString(CultureInfo.InvariantCulture));
        }

        var body = records.Bytes;
        var paddedBody = Padded(body.Length);
        var headers = new byte[BlockLength + paddedBody + BlockLength];
        var mtime = Math.Clamp(seconds, 0, MaxOctalSeconds);
        WriteHeader(headers, $"PaxHeaders/{TimeOf(takenAt)}", 'x', body.Length, mtime);
        body.CopyTo(headers.AsSpan(BlockLength));
        WriteHeader(headers.AsSpan(BlockLength + paddedBody), NameOf(takenAt, type), '0', length, mtime);
        return headers;
    }

    /// <summary>The name of a picture's file.</summary>
    public static string NameOf(DateTimeOffset takenAt, PictureType type) => $"{TimeOf(takenAt)}.{type.FileEnding()}";

    /// <summary>The bytes of an erased entry that are zeros: from where on, and how many.</summary>
    public static (long Offset, long Length) ZerosOfErased(long offset, long entryLength) =>
        (offset + (2 * BlockLength), entryLength - (3 * BlockLength));

    /// <summary>What to write over an entry of this length (a multiple of 512) to erase it.</summary>
    public static byte[] EncodeErased(long entryLength)
    {
        var erased = new byte[entryLength];
        var bodyLength = (int)entryLength - BlockLength;
        WriteHeader(erased, "pax_global_header", 'g', bodyLength, 0);
        var body = erased.AsSpan(BlockLength);
        if (body.IsEmpty)
        {
            return erased;
        }

        body[^1] = (byte)'\n';
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{bodyLength} comment="), body);
        return erased;
    }

    public static BlockKind Classify(ReadOnlySpan<byte> block)
    {
        if (!block.ContainsAnyExcept((byte)0))
        {
            return BlockKind.Zero;
        }

        if (!block.Slice(257, 8).SequenceEqual("ustar\000"u8) || ReadOctal(block.Slice(ChecksumOffset, 8)) != Checksum(block))
        {
            return BlockKind.Invalid;
        }

        return (char)block[TypeOffset] switch
        {
            'x' => BlockKind.Pax,
            'g' => BlockKind.Erased,
            '0' => BlockKind.File,
            _ => BlockKind.Invalid,
        };
    }

    /// <summary>The length that a header block gives for what follows it; -1 if it is not a number.</summary>
    public static long ReadLength(ReadOnlySpan<byte> block) => ReadOctal(block.Slice(124, 12));

    /// <summary>The moment and type in the name of a file's header block; <see langword="null"/> if the name is not ours.</summary>
    public static (DateTimeOffset TakenAt, PictureType Type)? ReadName(ReadOnlySpan<byte> block)
    {
        var field = block[..100];
        var end = field.IndexOf((byte)0);
        return ReadName(Encoding.ASCII.GetString(end < 0 ? field : field[..end]));
    }

    /// <summary>The same of the name alone.</summary>
    public static (DateTimeOffset TakenAt, PictureType Type)? ReadName(string name)
    {
        var dot = name.LastIndexOf('.');
        if (dot < 0 || PictureTypes.FromFileEnding(name[(dot + 1)..]) is not { } type)
        {
            return null;
        }

        return DateTime.TryParseExact(
            name.AsSpan(0, dot), TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var takenAt)
            ? (new DateTimeOffset(takenAt, TimeSpan.Zero), type)
            : null;
    }

    /// <summary>Hash and notes out of a pax header's body; <see langword="null"/> if it is damaged or has no hash.</summary>
    public static (ContentHash Hash, string? Notes)? ReadPaxBody(ReadOnlySpan<byte> body)
    {
        ContentHash? hash = null;
        string? notes = null;
        while (!body.IsEmpty)
        {
            if (!Utf8Parser.TryParse(body, out int length, out var digits)
                || length <= digits + 2 || length > body.Length
                || body[digits] != ' ' || body[length - 1] != '\n')
            {
                return null;
            }

            var record = Encoding.UTF8.GetString(body[(digits + 1)..(length - 1)]);
            var equals = record.IndexOf('=', StringComparison.Ordinal);
            var (key, value) = equals < 0 ? (record, "") : (record[..equals], record[(equals + 1)..]);
            if (key == HashRecord && ContentHash.TryParse(value, out var parsed))
            {
                hash = parsed;
            }
            else if (key == NotesRecord)
            {
                notes = value;
            }

            body = body[length..];
        }

        return hash is { } found ? (found, notes) : null;
    }

    public static int Padded(int length) => (int)Padded((long)length);

    public static long Padded(long length) => (length + BlockLength - 1) / BlockLength * BlockLength;

    private static string TimeOf(DateTimeOffset takenAt) => takenAt.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    private static void WriteHeader(Span<byte> block, string name, char type, long length, long mtime)
    {
        Encoding.ASCII.GetBytes(name, block);
        WriteOctal(block.Slice(100, 8), 0b110_100_100); // mode: rw-r--r--
        WriteOctal(block.Slice(108, 8), 0); // owner
        WriteOctal(block.Slice(116, 8), 0); // group
        WriteOctal(block.Slice(124, 12), length);
        WriteOctal(block.Slice(136, 12), mtime);
        block[TypeOffset] = (byte)type;
        "ustar\000"u8.CopyTo(block[257..]);
        WriteOctal(block.Slice(329, 8), 0); // device numbers: GNU tar writes them for files, too
        WriteOctal(block.Slice(337, 8), 0);
        WriteOctal(block.Slice(ChecksumOffset, 7), Checksum(block));
        block[ChecksumOffset + 7] = (byte)' ';
    }

    /// <summary>The sum of all bytes of the header, its own field counted as blanks.</summary>
    private static long Checksum(ReadOnlySpan<byte> block)
    {
        long sum = 8 * ' ';
        for (var i = 0; i < BlockLength; i++)
        {
            sum += i is >= ChecksumOffset and < ChecksumOffset + 8 ? 0 : block[i];
        }

        return sum;
    }

    private static void WriteOctal(Span<byte> field, long value)
    {
        field[^1] = 0;
        var rest = value;
        for (var i = field.Length - 2; i >= 0; i--)
        {
            field[i] = (byte)('0' + (rest & 7));
            rest >>= 3;
        }
    }

    private static long ReadOctal(ReadOnlySpan<byte> field)
    {
        long value = 0;
        var digits = 0;
        foreach (var octet in field)
        {
            if (octet is < (byte)'0' or > (byte)'7')
            {
                break;
            }

            value = (value << 3) | (uint)(octet - '0');
            digits++;
        }

        return digits == 0 ? -1 : value;
    }

    /// <summary>The body of a pax header. A record says its own length, the length's digits included.</summary>
    private sealed class PaxRecords
    {
        private readonly ArrayBufferWriter<byte> bytes = new(256);

        public ReadOnlySpan<byte> Bytes => bytes.WrittenSpan;

        public void Add(string key, string value)
        {
            var record = Encoding.UTF8.GetBytes($" {key}={value}\n");
            var length = record.Length + Digits(record.Length);
            length = record.Length + Digits(length);
            bytes.Write(Encoding.ASCII.GetBytes(length.ToString(CultureInfo.InvariantCulture)));
            bytes.Write(record);
        }

        private static int Digits(int number) => number.ToString(CultureInfo.InvariantCulture).Length;
    }
}
