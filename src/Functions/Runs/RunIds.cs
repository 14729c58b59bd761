namespace AeServerless.Functions.Runs;

/// <summary>Ids of runs: <c>run-</c> and 32 hexadecimal digits of a hash.</summary>
public static class RunIds
{
    /// <summary>What every id starts with.</summary>
    public const string Prefix = "run-";

    /// <summary>Digits after the prefix.</summary>
    public const int Digits = 32;

    /// <summary>Whether a text can be the id of a run; other texts never reach the hub or storage.</summary>
    public static bool IsValid(string text) => text.Length == Prefix.Length + Digits
        && text.StartsWith(Prefix, StringComparison.Ordinal)
        && text.Skip(Prefix.Length).All(char.IsAsciiHexDigitLower);
}
