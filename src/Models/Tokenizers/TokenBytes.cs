using System.Globalization;
using System.Text;

namespace AeServerless.Models.Tokenizers;

/// <summary>
/// The bytes of every token of a tokenizer by itself. A token of bytes may end inside a character; a space is a space, whatever the
/// vocabulary writes for it.
/// </summary>
public static class TokenBytes
{
    private const char Metaspace = '▁';
    private static readonly Dictionary<char, byte> Alphabet =
        ByteAlphabet.Characters.Select((character, value) => (character, value))
            .ToDictionary(pair => pair.character, pair => (byte)pair.value);

    /// <summary>The bytes of each id; empty where there is no such token. [largest id + 1]</summary>
    public static IReadOnlyList<byte[]> Of(TextTokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        var tokens = new byte[tokenizer.Tokens.Count == 0 ? 0 : tokenizer.Tokens.Keys.Max() + 1][];
        Array.Fill(tokens, []);
        foreach (var (id, spelled) in tokenizer.Tokens)
        {
            tokens[id] = tokenizer.IsByteLevel ? OfAlphabet(spelled) : OfText(spelled);
        }

        return tokens;
    }

    // Added tokens are spelled as they are: they can have characters that no byte is written as.
    private static byte[] OfAlphabet(string spelled) => spelled.All(Alphabet.ContainsKey)
        ? [.. spelled.Select(character => Alphabet[character])]
        : Encoding.UTF8.GetBytes(spelled);

    private static byte[] OfText(string spelled) =>
        spelled is ['<', '0', 'x', var high, var low, '>']
        && byte.TryParse([high, low], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            ? [value]
            : Encoding.UTF8.GetBytes(spelled.Replace(Metaspace, ' '));
}
