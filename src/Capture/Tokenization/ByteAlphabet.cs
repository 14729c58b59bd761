using System.Collections.Frozen;

namespace AeServerless.Capture.Tokenization;

/// <summary>
/// GPT-2's way to write bytes as printable characters in a vocabulary: printable Latin-1 bytes stand for themselves, the others, in order,
/// for the characters from U+0100 on. A space is <c>Ġ</c>, a line feed <c>Ċ</c>.
/// </summary>
internal static class ByteAlphabet
{
    /// <summary>The character of each byte.</summary>
    public static IReadOnlyList<char> Characters { get; } = Build();

    private static FrozenDictionary<char, byte> Bytes { get; } =
        Characters.Select((character, value) => (character, value)).ToFrozenDictionary(pair => pair.character, pair => (byte)pair.value);

    /// <summary>Appends the bytes that a token of the vocabulary stands for; false where it has a character outside the alphabet.</summary>
    public static bool TryAppend(string token, List<byte> bytes)
    {
        foreach (var character in token)
        {
            if (!Bytes.TryGetValue(character, out var value))
            {
                return false;
            }

            bytes.Add(value);
        }

        return true;
    }

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
