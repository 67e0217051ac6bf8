using CsCheck;

namespace Evercam.Tests.Attack;

/// <summary>What is nearly right: the words of a language in any order, and sound bytes that somebody has changed here and there. Noise alone
/// is refused at its first letter, and proves nothing of what stands behind.</summary>
internal static class Garbled
{
    /// <summary>Letters that mean something to somebody: ends of lines and of texts, what folds, counts or composes to something else, halves
    /// of letters.</summary>
    private const string Odd = "\0\n\r\t \u0085\u00A0\u00AD\u0130\u0131\u017F\u0301\u0660\u200B\u2028\u202E\u212A\u3002\uFEFF\uFF0E\uFF1A\uFFFD\uD83D\uDE00";

    public static Gen<string> Text(params string[] words) => Gen.Frequency<string>(
        (12, Gen.OneOf(words)),
        (1, Gen.Char[Odd].Select(letter => letter.ToString())),
        (1, Gen.Char[' ', '~'].Select(letter => letter.ToString()))).Array[0, 16].Select(string.Concat);

    /// <summary>One of these, changed in up to six places.</summary>
    public static Gen<byte[]> Bytes(IReadOnlyList<byte[]> sound) => Gen.Select(
        Gen.Int[0, sound.Count - 1], Gen.Select(Gen.Int[0, 6], Gen.Int[0, int.MaxValue], Gen.Int[0, int.MaxValue], Gen.Byte).Array[0, 6],
        (which, changes) => changes.Aggregate(sound[which], (bytes, change) => Change(bytes, change, sound)));

    private static byte[] Change(byte[] bytes, (int Kind, int At, int Length, byte Value) change, IReadOnlyList<byte[]> sound)
    {
        var at = change.At % (bytes.Length + 1);
        var length = change.Length % (Math.Min(bytes.Length - at, 64) + 1);
        var other = sound[change.Length % sound.Count];
        return change.Kind switch
        {
            0 or 1 => [.. bytes[..at], change.Value, .. bytes[Math.Min(at + 1, bytes.Length)..]],
            2 => [.. bytes[..at], (byte)(change.Value % 2 == 0 ? 0x00 : 0xFF), (byte)change.Length, .. bytes[Math.Min(at + 2, bytes.Length)..]],
            3 => [.. bytes[..at], .. bytes[(at + length)..]],
            4 => [.. bytes[..at], .. bytes.AsSpan(at, length), .. bytes[at..]],
            5 => bytes[..at],
            _ => [.. bytes[..at], .. other[(change.Value * other.Length / 256)..]],
        };
    }
}
