using System.Text.RegularExpressions;

namespace AeServerless.Formats.Golden;

/// <summary>
/// Whether a message names what a case says: the words before parentheses, or one of the alternatives in parentheses or behind "or".
/// </summary>
internal static partial class RefusalText
{
    private const string ShortWord = "k";

    public static bool Names(string message, string because) => Alternatives(because).Any(alternative => Contains(message, alternative));

    private static IEnumerable<string> Alternatives(string because)
    {
        var main = Parentheses().Replace(because, " ");
        var beside = Parentheses().Matches(because).Select(match => match.Groups[1].Value);
        return beside.Append(main)
            .SelectMany(text => text.Split(" or ", StringSplitOptions.None))
            .SelectMany(text => text.Split(','))
            .Select(text => text.Trim())
            .Where(text => text.Length > 0);
    }

    private static bool Contains(string message, string alternative) => alternative == ShortWord
        ? WholeK().IsMatch(message)
        : alternative.Split(' ').All(word => message.Contains(word, StringComparison.OrdinalIgnoreCase));

    [GeneratedRegex(@"\(([^)]*)\)")]
    private static partial Regex Parentheses();

    [GeneratedRegex(@"\bk\b")]
    private static partial Regex WholeK();
}
