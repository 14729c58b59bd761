using System.Globalization;
using AeServerless.Engine;
using AeServerless.Models.Tokenizers;

namespace AeServerless.Cli.Capture;

/// <summary>Tokens on the command line.</summary>
internal static class TokenArgument
{
    /// <summary>An id, or that of a text that is one token.</summary>
    public static int Id(string text, TextTokenizer? tokenizer)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            return id;
        }

        var ids = tokenizer?.Encode(text, specialTokens: false) ?? [];
        return ids.Length == 1
            ? ids[0]
            : throw new InvalidInputException(
                $"token '{text}'", tokenizer is null
                    ? "must be an id: the model's folder has no tokenizer"
                    : $"is {ids.Length} tokens ({string.Join(' ', ids)}); one token or an id is needed");
    }
}
