namespace AeServerless.Models.Tokenizers;

/// <summary>
/// How byte-level vocabularies write bytes: printable Latin-1 bytes stand for themselves, the others, in order, for the characters from
/// U+0100 on.
/// </summary>
internal static class ByteAlphabet
{
    /// <summary>The character of each byte.</summary>
    public static IReadOnlyList<char> Characters { get; } = Build();

    private static char[] Build()
    {
        var characters = new char[256];
        var next = (char)0x100;
        for (var value = 0; value < characters.Length; value++)
        {
            var printable = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            characters[value] = printable ? (char)value : next++;
        }

        return characters;
    }
}
