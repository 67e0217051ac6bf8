using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Evercam.Server.Http;

namespace Evercam.Server.Pages;

/// <summary>What tells a form from another one: where it goes, and all that was filled in. Pure.</summary>
internal static class FormPrint
{
    public static string Of(string place, IReadOnlyDictionary<string, Param> fields)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(hash, Encoding.UTF8.GetBytes(place));
        Add(hash, fields);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Of a form's number, which may be of any length.</summary>
    public static string Of(string number) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(number)));

    private static void Add(IncrementalHash hash, IReadOnlyDictionary<string, Param> fields)
    {
        Add(hash, BitConverter.GetBytes(fields.Count));
        foreach (var (name, field) in fields)
        {
            Add(hash, Encoding.UTF8.GetBytes(name));
            Add(hash, [(byte)field.Kind]);
            Add(hash, Encoding.UTF8.GetBytes(field.Written ?? ""));
            Add(hash, field.File is { } file ? file.Bytes.Span : []);
            Add(hash, field.Members ?? []);
        }
    }

    /// <summary>Each part with its length, so that no two forms are one.</summary>
    private static void Add(IncrementalHash hash, ReadOnlySpan<byte> part)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, part.Length);
        hash.AppendData(length);
        hash.AppendData(part);
    }
}
