namespace AeServerless.Infra.Tests;

/// <summary>Two lists that must have the same names.</summary>
internal static class Differences
{
    /// <summary>Both ways: what must be there and is not, and what is there and must not be.</summary>
    public static IEnumerable<string> Between(string what, IEnumerable<string> actual, IEnumerable<string> right)
    {
        var (has, must) = (actual.ToHashSet(StringComparer.Ordinal), right.ToHashSet(StringComparer.Ordinal));
        return must.Except(has).Order(StringComparer.Ordinal).Select(name => $"{what} '{name}' is missing")
            .Concat(has.Except(must).Order(StringComparer.Ordinal).Select(name => $"{what} '{name}' is not known"));
    }
}
