using AeServerless.Exports.Profiles;
using CsCheck;

namespace AeServerless.Exports.Tests.Profiles;

public sealed class LogitLensTests
{
    [Fact]
    public void Greatest_AreThoseThatSortingPutsFirst_EqualOnesByIndex()
    {
        // Few different values: many are equal.
        var values = Gen.Int[-4, 4].Select(value => value / 2f).Array[0, 60];
        Gen.Select(values, Gen.Int[0, 12], Gen.Bool).Sample((all, count, least) =>
        {
            var sign = least ? -1f : 1f;
            var sorted = Enumerable.Range(0, all.Length).OrderByDescending(i => sign * all[i]).ThenBy(i => i).Take(count);

            Assert.Equal(sorted, LogitLens.Greatest(all, count, sign));
        });
    }
}
