using AeServerless.Cli.Latents;
using AeServerless.Cli.Output;

namespace AeServerless.Cli.Tests.Latents;

public sealed class LatentTextTests
{
    [Fact]
    public void Histogram_RunsFromTheLowestToTheHighest_WithoutEmptyEnds()
    {
        var lines = HistogramText.Lines([0, 1, 2, float.PositiveInfinity], [4, 8, 0], [0, 1, 0]).ToList();

        Assert.Equal(4, lines.Count);
        Assert.StartsWith("        -2 to -1", lines[0], StringComparison.Ordinal);
        Assert.EndsWith($"{new string('█', 40)} 8", lines[^1], StringComparison.Ordinal);
        Assert.EndsWith($"{new string('█', 20)} 4", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Histogram_OfALatentThatIsDead_IsEmpty() => Assert.Empty(HistogramText.Lines([0, 1], [0], []));

    [Fact]
    public void Histogram_JoinsBins()
    {
        var lines = HistogramText.Lines([.. Enumerable.Range(0, 51)], [.. Enumerable.Repeat(1L, 50)], []).ToList();

        Assert.Equal(13, lines.Count);
        Assert.EndsWith(" 4", lines[0], StringComparison.Ordinal);
        Assert.EndsWith(" 2", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Context_MarksTheExampleAndOtherActiveTokens()
    {
        var context = new HeatedContext(["In", " the\n", " beginning", "\u001b[2J"], [0, 1, 3, 0], Peak: 2);

        Assert.Equal("In[ the⏎][[ beginning]]␛[2J", context.ToPlainText());
    }

    [Fact]
    public void Text_HasNoControlCharacters()
    {
        var all = string.Concat(Enumerable.Range(0, 0x300).Select(code => (char)code)) + "\u2028\u202e\u2066";

        var line = TerminalText.OneLine(all);

        Assert.Equal(all.Length, line.Length);
        Assert.DoesNotContain(line, char.IsControl);
        Assert.DoesNotContain('\u202e', line);
        Assert.Equal("⏎", TerminalText.OneLine("\n"));
    }
}
