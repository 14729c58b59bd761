using System.Globalization;
using System.Text;
using System.Text.Json;

namespace AeServerless.Engine;

/// <summary>
/// Makes text from a file fit for a one-line message: clipped, and without characters that a terminal or log would act on.
/// </summary>
internal static class OneLineText
{
    private const int MaxLength = 120;

    public static string Clip(string text) => Escape(text.Length <= MaxLength ? text : $"{text[..MaxLength]}…");

    public static string Escape(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return text;
        }

        var builder = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsPlain(rune))
            {
                builder.Append(rune);
            }
            else
            {
                builder.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
            }
        }

        return builder.ToString();
    }

    /// <summary>What is wrong with a JSON text and where. The reader's own message repeats the text at fault however long it is.</summary>
    public static string Describe(JsonException error)
    {
        var end = error.Message.IndexOf(" LineNumber: ", StringComparison.Ordinal);
        var problem = Clip(end < 0 ? error.Message : error.Message[..end]);
        return error.LineNumber is { } line
            ? string.Create(CultureInfo.InvariantCulture, $"{problem} (line {line + 1}, byte {error.BytePositionInLine + 1})")
            : problem;
    }

    private static bool IsPlain(Rune rune) => !Rune.IsControl(rune) &&
        Rune.GetUnicodeCategory(rune) is not (
            UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
