using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace AeServerless.Functions.Reports;

/// <summary>Text and numbers as the report shows them.</summary>
internal static class Html
{
    private const char FirstRightToLeft = '\u0590';
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    // Stands for itself; of a hundred thousand tokens nearly all have nothing else.
    private static readonly SearchValues<char> Plain =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,;:!?-_()");

    /// <summary>Text that is never markup.</summary>
    public static string Text(string text) => Encoder.Encode(text);

    /// <summary>The text of a token: it neither breaks lines nor turns what stands beside it around.</summary>
    public static string Token(string text)
    {
        if (!text.AsSpan().ContainsAnyExcept(Plain))
        {
            return text;
        }

        var shown = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            shown.Append(character switch
            {
                '\n' => '↵',
                '\t' => '→',
                _ when char.IsControl(character) => '\uFFFD',
                _ => character,
            });
        }

        var encoded = Text(shown.ToString());
        return text.AsSpan().IndexOfAnyExceptInRange('\0', FirstRightToLeft) >= 0 ? $"<bdi>{encoded}</bdi>" : encoded;
    }

    /// <summary>Four significant digits; a dash for what is not a number.</summary>
    public static string Number(double? value) => value is not { } number || double.IsNaN(number)
        ? "–"
        : number.ToString(Math.Abs(number) is >= 1e-3 and < 1e6 or 0 ? "G4" : "0.###E+0", CultureInfo.InvariantCulture);

    /// <summary>A whole number.</summary>
    public static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A fraction as a percentage.</summary>
    public static string Percent(double fraction) => $"{Number(100 * fraction)} %";
}
