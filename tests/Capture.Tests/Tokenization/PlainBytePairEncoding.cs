using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AeServerless.Capture.Tests.Tokenization;

/// <summary>Byte-level BPE as its definition says, without a thought for speed.</summary>
internal sealed class PlainBytePairEncoding(string vocabulary, string merges)
{
    private readonly Dictionary<string, int> _ids = JsonSerializer.Deserialize<Dictionary<string, int>>(vocabulary)!;

    private readonly Dictionary<(string, string), int> _ranks = merges.Split('\n').Where(line => line.Length > 0 && line[0] != '#')
        .Select((line, rank) => (line.Split(' '), rank)).ToDictionary(pair => (pair.Item1[0], pair.Item1[1]), pair => pair.rank);

    public static char[] Alphabet { get; } = MakeAlphabet();

    public List<int> Encode(string text)
    {
        var ids = new List<int>();
        Rune[] runes = [.. text.EnumerateRunes()];
        foreach (
            Match piece in Regex.Matches(
                string.Concat(runes.Select(Stand)), @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"))
        {
            var parts = System.Text.Encoding.UTF8.GetBytes(
                string.Concat(runes.Skip(piece.Index).Take(piece.Length))).Select(value => Alphabet[value].ToString()).ToList();
            while (Best(parts) is { } best)
            {
                for (var i = 0; i < parts.Count - 1; i++)
                {
                    if ((parts[i], parts[i + 1]) != best)
                    {
                        continue;
                    }

                    parts[i] += parts[i + 1];
                    parts.RemoveAt(i + 1);
                }
            }

            ids.AddRange(parts.Select(part => _ids[part]));
        }

        return ids;
    }

    // .NET's expressions see halves of the characters beyond U+FFFF: one of their kind stands for each.
    private static char Stand(Rune rune) => rune switch
    {
        { IsBmp: true } => (char)rune.Value,
        _ when Rune.IsLetter(rune) => 'ª',
        _ when Rune.GetUnicodeCategory(rune) is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber
            or UnicodeCategory.OtherNumber => '²',
        _ => '※',
    };

    private (string, string)? Best(List<string> parts) => parts.Zip(parts.Skip(1))
        .Where(pair => _ranks.ContainsKey(pair)).OrderBy(pair => _ranks[pair]).Cast<(string, string)?>().FirstOrDefault();

    private static char[] MakeAlphabet()
    {
        var kept = Enumerable.Range('!', '~' - '!' + 1).Concat(
            Enumerable.Range('¡', '¬' - '¡' + 1)).Concat(Enumerable.Range('®', 'ÿ' - '®' + 1)).ToHashSet();
        var others = Enumerable.Range(0, 256).Where(value => !kept.Contains(value)).ToList();
        return [.. Enumerable.Range(0, 256).Select(value => (char)(kept.Contains(value) ? value : 256 + others.IndexOf(value)))];
    }
}
