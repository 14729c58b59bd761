using AeServerless.TestSupport;

namespace AeServerless.Architecture.Tests;

/// <summary>Tests and benchmarks are read as often as what they test.</summary>
public sealed class TestCodeTests
{
    private const int MostColumns = 140;
    private const string RawString = "\"\"\"";

    [Theory]
    [InlineData("tests")]
    [InlineData("bench")]
    public void Lines_HaveNoMoreThan140Characters_ButForRawStrings(string area) => Assert.Empty(
        from source in Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Path, area), "*.cs", SearchOption.AllDirectories)
        where !source.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
        from line in CodeLines(source)
        where line.Text.Length > MostColumns
        select $"{source}:{line.Number} has {line.Text.Length} characters");

    /// <summary>Data in raw strings are one line as they would be in their file.</summary>
    private static IEnumerable<(int Number, string Text)> CodeLines(string source)
    {
        var isData = false;
        foreach (var (index, line) in File.ReadLines(source).Index())
        {
            var quotes = line.Split(RawString).Length - 1;
            if (!isData && quotes == 0)
            {
                yield return (index + 1, line);
            }

            isData ^= quotes % 2 == 1;
        }
    }
}
