using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Evercam.Server.Commands.Remote;

/// <summary>The TAR form of an export: a pax global header that says whose pictures these are, and each picture with its hash and its notes as
/// in the packs of the archive. It is written here because notes have line breaks, which the framework's writer refuses.</summary>
internal static class PictureTar
{
    public const int Block = 512;

    private const string Hash = "SCHILY.xattr.user.evercam.sha256";
    private const string Notes = "SCHILY.xattr.user.evercam.notes";
    private const string Comment = "comment";
    private const int ChecksumOffset = 148;

    /// <summary>Largest number that eleven octal digits hold: the year 2242.</summary>
    private const long MaxOctal = 0x1_FFFF_FFFF;

    /// <summary>What stands first, and says whose pictures follow.</summary>
    public static byte[] Begin(string whose) => Extended("pax_global_header", 'g', Record(Comment, whose), 0);

    /// <summary>A picture, whole.</summary>
    public static byte[] Entry(string name, long second, string? notes, byte[] picture)
    {
        // The notes last: a reader that goes by lines has read the rest by then.
        byte[] records =
        [
            .. Record("mtime", second.ToString(CultureInfo.InvariantCulture)),
            .. Record(Hash, Convert.ToHexStringLower(SHA256.HashData(picture))),
            .. notes is { Length: > 0 } ? Record(Notes, notes) : [],
        ];
        return [.. Extended($"PaxHeaders/{name.Split('/')[^1]}", 'x', records, second), .. Header(name, '0', picture.Length, second), .. Padded(picture)];
    }

    /// <summary>Reads what there is, up to the last whole picture.</summary>
    /// <returns><see langword="null"/> if it is none that was made here.</returns>
    public static TarContent? Read(Stream stream)
    {
        string? whose = null;
        var (names, end) = (new HashSet<string>(StringComparer.Ordinal), 0L);
        var block = new byte[Block];
        for (var at = 0L; at + Block <= stream.Length;)
        {
            stream.Position = at;
            stream.ReadExactly(block);
            if (whose is not null && !block.AsSpan().ContainsAnyExcept((byte)0))
            {
                break;
            }

            if (LengthOf(block) is not { } length)
            {
                return null;
            }

            var next = at + Block + ((length + Block - 1) / Block * Block);
            if (next > stream.Length)
            {
                break;
            }

            var name = TextOf(block.AsSpan(0, 100));
            switch ((char)block[156])
            {
                case 'g' when at == 0 && length < 4_096:
                    var body = new byte[length];
                    stream.ReadExactly(body);
                    whose = CommentOf(body);
                    end = next;
                    break;
                case 'x' when whose is not null:
                    break;
                case '0' when whose is not null && PictureName.OwnSecond(name) is not null:
                    names.Add(name);
                    end = next;
                    break;
                default:
                    return null;
            }

            at = next;
        }

        return whose is null ? null : new(whose, names, end);
    }

    private static string? CommentOf(byte[] body) =>
        Encoding.UTF8.GetString(body).Split(' ', 2)[^1].TrimEnd('\n') is var record && record.StartsWith(Comment + '=', StringComparison.Ordinal)
            ? record[(Comment.Length + 1)..]
            : null;

    private static byte[] Extended(string name, char type, byte[] records, long second) =>
        [.. Header(name, type, records.Length, second), .. Padded(records)];

    /// <summary>A record says its own length, the length's digits included.</summary>
    private static byte[] Record(string key, string value)
    {
        var record = Encoding.UTF8.GetBytes($" {key}={value}\n");
        var length = record.Length + Digits(record.Length);
        length = record.Length + Digits(length);
        return [.. Encoding.ASCII.GetBytes(length.ToString(CultureInfo.InvariantCulture)), .. record];
    }

    private static int Digits(int number) => number.ToString(CultureInfo.InvariantCulture).Length;

    private static byte[] Padded(byte[] content) => [.. content, .. new byte[(Block - (content.Length % Block)) % Block]];

    private static byte[] Header(string name, char type, long length, long second)
    {
        var block = new byte[Block];
        Encoding.ASCII.GetBytes(name, block);
        WriteOctal(block.AsSpan(100, 8), 0b110_100_100); // mode: rw-r--r--
        WriteOctal(block.AsSpan(108, 8), 0);
        WriteOctal(block.AsSpan(116, 8), 0);
        WriteOctal(block.AsSpan(124, 12), length);
        WriteOctal(block.AsSpan(136, 12), Math.Clamp(second, 0, MaxOctal));
        block[156] = (byte)type;
        "ustar\000"u8.CopyTo(block.AsSpan(257));
        WriteOctal(block.AsSpan(329, 8), 0);
        WriteOctal(block.AsSpan(337, 8), 0);
        WriteOctal(block.AsSpan(ChecksumOffset, 7), ChecksumOf(block));
        block[ChecksumOffset + 7] = (byte)' ';
        return block;
    }

    /// <summary>How long what follows a header is; <see langword="null"/> if it is no header.</summary>
    private static long? LengthOf(byte[] block) =>
        block.AsSpan(257, 5).SequenceEqual("ustar"u8) && ReadOctal(block.AsSpan(ChecksumOffset, 8)) == ChecksumOf(block)
            ? ReadOctal(block.AsSpan(124, 12))
            : null;

    /// <summary>The sum of all bytes, its own field counted as blanks.</summary>
    private static long ChecksumOf(byte[] block) =>
        block.Select((octet, at) => at is >= ChecksumOffset and < ChecksumOffset + 8 ? (long)' ' : octet).Sum();

    private static void WriteOctal(Span<byte> field, long value) =>
        Encoding.ASCII.GetBytes(Convert.ToString(value, 8).PadLeft(field.Length - 1, '0'), field);

    private static long? ReadOctal(ReadOnlySpan<byte> field)
    {
        var text = TextOf(field).Trim();
        return text.Length is > 0 and < 13 && text.All(digit => digit is >= '0' and <= '7') ? Convert.ToInt64(text, 8) : null;
    }

    private static string TextOf(ReadOnlySpan<byte> field) =>
        Encoding.ASCII.GetString(field.IndexOf((byte)0) is var end and >= 0 ? field[..end] : field);
}

/// <summary>What a TAR file of an export has.</summary>
/// <param name="Whose">Which camera's pictures these are.</param>
/// <param name="Names">The names of the pictures.</param>
/// <param name="End">Where the last whole one ends.</param>
internal sealed record TarContent(string Whose, HashSet<string> Names, long End);
