using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Evercam.Server.Http;

namespace Evercam.Server.Commands;

/// <summary>What a command says in words of its own, with what others said in between: that stays where it is put, or a name could look like
/// the next line.</summary>
[InterpolatedStringHandler]
internal readonly ref struct PlainLine(int literalLength, int formattedCount)
{
    private readonly StringBuilder text = new(literalLength + formattedCount);

    public void AppendLiteral(string own) => text.Append(own);

    public void AppendFormatted<T>(T other)
    {
        foreach (var letter in Convert.ToString(other, CultureInfo.InvariantCulture) ?? "")
        {
            text.Append(OneLine.Breaks(letter) ? '\uFFFD' : letter);
        }
    }

    public override string ToString() => text.ToString();
}
