using System.Globalization;
using System.Text;
using QRCoder;

namespace Evercam.Server.SecondFactors;

/// <summary>A text as a picture that telephones read.</summary>
/// <param name="Size">How many modules it is wide and high, its quiet border included.</param>
/// <param name="Path">Its dark modules, as the path of an SVG of that size: a stroke for each run of them in a row.</param>
internal sealed record QrCode(int Size, string Path)
{
    public static QrCode Of(string text)
    {
        using var generator = new QRCodeGenerator();
        using var code = generator.CreateQrCode(text, QRCodeGenerator.ECCLevel.M);
        var rows = code.ModuleMatrix;
        var path = new StringBuilder();
        for (var y = 0; y < rows.Count; y++)
        {
            for (var x = 0; x < rows.Count; x++)
            {
                if (!rows[y][x])
                {
                    continue;
                }

                var start = x;
                while (x < rows.Count && rows[y][x])
                {
                    x++;
                }

                path.Append(CultureInfo.InvariantCulture, $"M{start} {y}h{x - start}v1h{start - x}z");
            }
        }

        return new(rows.Count, path.ToString());
    }
}
