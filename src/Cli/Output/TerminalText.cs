namespace AeServerless.Cli.Output;

/// <summary>Texts of tokens on a terminal: nothing in them moves the cursor, ends the line or changes colours.</summary>
internal static class TerminalText
{
    private const int PictureOfNull = 0x2400;
    private const char PictureOfDelete = '␡';

    /// <summary>The text with a visible sign for each control character.</summary>
    public static string OneLine(string text) => string.Create(text.Length, text, static (line, text) =>
    {
        for (var i = 0; i < line.Length; i++)
        {
            line[i] = text[i] switch
            {
                '\n' => '⏎',
                '\u007f' => PictureOfDelete,
                < ' ' => (char)(PictureOfNull + text[i]),
                >= '\u0080' and <= '\u009f' or '\u2028' or '\u2029' => '�',
                // Bidirectional marks turn around what stands beside them.
                >= '\u202a' and <= '\u202e' or >= '\u2066' and <= '\u2069' => '�',
                _ => text[i],
            };
        }
    });
}
