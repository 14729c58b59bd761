using System.Text;

namespace AeServerless.Engine;

/// <summary>Makes text from a file fit for a one-line message: clipped, and without characters that a terminal or log would act on.</summary>
internal static class Printable
{
    private const int MaxLength = 120;

    public static string Name(string text) => OneLine(text.Length <= MaxLength ? text : $"{text[..MaxLength]}…");

    public static string OneLine(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~')) return text;
        var builder = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsControl(rune) || Rune.GetUnicodeCategory(rune) == System.Globalization.UnicodeCategory.Format) builder.Append($"\\u{rune.Value:x4}");
            else builder.Append(rune);
        }

        return builder.ToString();
    }
}
