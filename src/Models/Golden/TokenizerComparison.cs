using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using AeServerless.Engine;
using AeServerless.Models.Tokenizers;

namespace AeServerless.Models.Golden;

/// <summary>Compares a tokenizer with recorded results. Where versions of the library differ, that of the version in use counts.</summary>
/// <param name="tokenizer">The tokenizer.</param>
/// <param name="added">Ids of added tokens.</param>
internal sealed class TokenizerComparison(TextTokenizer tokenizer, IReadOnlySet<int> added)
{
    private const string OfVersion = "_by_0.22.2";

    public int Checked { get; private set; }

    public List<string> Failures { get; } = [];

    /// <summary>Ids, token strings and decoded texts of one text.</summary>
    public void Case(JsonElement entry)
    {
        var name = entry.GetProperty("name").GetString()!;
        var text = entry.GetProperty("text").GetString()!;

        // A file that cuts texts: what the cut is taken out of gives.
        var whole = entry.TryGetProperty("ids_without_special", out var without) ? "ids_with_special" : "ids_autotokenizer";
        if (!entry.TryGetProperty(whole, out var with))
        {
            with = entry.GetProperty("ids_with_special");
        }

        var ids = Ids(with);
        Check($"{name}: ids", () => tokenizer.Encode(text).AsSpan().SequenceEqual(ids));
        if (without.ValueKind == JsonValueKind.Array)
        {
            Check($"{name}: ids without special tokens", () =>
                tokenizer.Encode(text, specialTokens: false).AsSpan().SequenceEqual(Ids(without)));
        }

        if (entry.TryGetProperty("tokens", out var tokens))
        {
            // An added or unknown token stands there as the text spells it.
            Check($"{name}: tokens", () => tokens.GetArrayLength() == ids.Length && ids.Zip(Texts(tokens))
                .All(pair => added.Contains(pair.First) || tokenizer.Tokens[pair.First] == pair.Second));
        }

        if (entry.TryGetProperty("decoded", out _))
        {
            Check($"{name}: decoded", () => tokenizer.Decode(ids) == Preferred(entry, "decoded").GetString());
        }

        if (entry.TryGetProperty("decoded_keep_special", out var kept) && !entry.TryGetProperty("decoded" + OfVersion, out _))
        {
            Check($"{name}: decoded with special tokens", () => tokenizer.Decode(ids, specialTokens: true) == kept.GetString());
        }
    }

    /// <summary>Each id's token and the text that it gives by itself.</summary>
    public void Tokens(JsonElement list)
    {
        foreach (var entry in list.EnumerateArray())
        {
            var id = entry.GetProperty("id").GetInt32();
            Check($"token {id}", () => tokenizer.Tokens[id] == Preferred(entry, "token").GetString());
            Check($"token {id} alone", () => tokenizer.TextOf(id) == Preferred(entry, "alone").GetString());
        }
    }

    /// <summary>Numbers and hashes of the ids of long texts.</summary>
    public void LongTexts(JsonElement speed)
    {
        foreach (var row in speed.GetProperty("rows").EnumerateArray())
        {
            if (Text(row) is { } text)
            {
                Check(row.GetProperty("input").GetString()!, () =>
                    Hash(tokenizer.Encode(text)) == row.GetProperty("ids_sha256_le_int32").GetString());
            }
        }
    }

    private static string? Text(JsonElement row)
    {
        var count = row.GetProperty("count").GetInt32();
        switch (row.GetProperty("recipe").GetString())
        {
            case "repeat":
                return string.Concat(Enumerable.Repeat(row.GetProperty("of").GetString(), count));
            case "lcg":
                var state = row.GetProperty("seed").GetUInt32();
                return string.Create(count, state, (letters, start) =>
                {
                    foreach (ref var letter in letters)
                    {
                        start = unchecked(start * 1103515245u + 12345u) & 0x7FFF_FFFF;
                        letter = (char)('a' + (start >> 16) % 26);
                    }
                });
            default:
                return null;
        }
    }

    private static string Hash(int[] ids) => Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes<int>(ids)));

    private static int[] Ids(JsonElement list) => [.. list.EnumerateArray().Select(id => id.GetInt32())];

    private static IEnumerable<string?> Texts(JsonElement list) => list.EnumerateArray().Select(text => text.GetString());

    private static JsonElement Preferred(JsonElement entry, string name) =>
        entry.TryGetProperty(name + OfVersion, out var preferred) ? preferred : entry.GetProperty(name);

    private void Check(string name, Func<bool> right)
    {
        Checked++;
        try
        {
            if (!right())
            {
                Failures.Add($"{name}: differs");
            }
        }
        catch (InvalidInputException e)
        {
            Failures.Add($"{name}: {e.Message}");
        }
    }
}
