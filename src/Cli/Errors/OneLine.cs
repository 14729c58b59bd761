using System.Text.RegularExpressions;

namespace AeServerless.Cli.Errors;

/// <summary>Makes one line of a message, and leaves out what must not be shown.</summary>
internal static partial class OneLine
{
    private const int MostCharacters = 2000;
    private const string Hidden = "$1…";

    public static string Of(string message)
    {
        var line = Secrets().Replace(Breaks().Replace(message, " ").Trim(), Hidden);
        return line.Length <= MostCharacters ? line : $"{line[..MostCharacters]}…";
    }

    [GeneratedRegex(@"[\s\p{Cc}]+")]
    private static partial Regex Breaks();

    // Keys of connection strings and signatures of addresses.
    [GeneratedRegex(@"(AccountKey=|SharedAccessSignature=|[?&]sig=)[^;&\s'""]+", RegexOptions.IgnoreCase)]
    private static partial Regex Secrets();
}
