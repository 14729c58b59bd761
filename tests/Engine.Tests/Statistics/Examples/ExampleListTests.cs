using AeServerless.Engine.Statistics.Examples;
using CsCheck;

namespace AeServerless.Engine.Tests.Statistics.Examples;

public sealed class ExampleListTests
{
    private static readonly Comparer<TopExample> ByMagnitude =
        Comparer<TopExample>.Create((left, right) => left.Precedes(right) ? -1 : right.Precedes(left) ? 1 : 0);

    /// <summary>Few magnitudes and places, so that ties are common.</summary>
    private static readonly Gen<TopExample> Example =
        Gen.Select(Gen.Int[1, 4], Gen.Int[0, 30], Gen.Int[0, 3]).Select(
            (value, sequence, position) => new TopExample(value, new(sequence, position, 5)));

    [Fact]
    public void Merge_KeepsTheStrongestOfAll() => Gen.Select(Gen.Int[0, 12], Example.Array[0, 15].Array[0, 5]).Sample((capacity, parts) =>
    {
        var (merged, oneByOne) = (new ExampleList(capacity), new ExampleList(capacity));
        foreach (var part in parts)
        {
            merged.Merge([.. part.Order(ByMagnitude)]);
            foreach (var (value, place) in part)
            {
                oneByOne.Offer(value, place);
            }
        }

        TopExample[] expected = [.. parts.SelectMany(part => part).Order(ByMagnitude).Take(capacity)];
        Assert.Equal(expected, merged.All.ToArray());
        Assert.Equal(expected, oneByOne.All.ToArray());
        Assert.Equal(capacity == 0 ? float.PositiveInfinity : expected.Length < capacity ? 0 : expected[^1].Value, merged.Threshold);
    });
}
