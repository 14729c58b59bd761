using AeServerless.Functions.Planning;
using CsCheck;

namespace AeServerless.Functions.Tests.Planning;

public sealed class GroupSizingTests
{
    [Fact]
    public void AnyRun_KeepsGroupsAndWindowsWithinTheirLimits() =>
        Gen.Select(Gen.Int[1, 200_000], Gen.Int[1, 2_000]).Sample((chunks, inFlight) =>
        {
            var plan = GroupSizing.Decide(chunks, tokens: chunks, inFlight);
            var sizes = Enumerable.Range(0, plan.Groups()).Select(plan.ChunksOf).ToList();

            Assert.Equal(chunks, sizes.Sum());
            Assert.All(sizes, size => Assert.InRange(size, 1, GroupSizing.MaxChunks));
            Assert.InRange(plan.GroupsInFlight * plan.GroupWindow, 1, inFlight);
            Assert.InRange(plan.GroupWindow, 1, inFlight);
        });

    [Theory]
    [InlineData(1, 16, 1, 1, 16)]
    [InlineData(50, 16, 4, 4, 4)]
    [InlineData(50, 1, 4, 1, 1)]
    [InlineData(256, 8, 16, 4, 2)]
    [InlineData(257, 8, 2, 2, 4)]
    [InlineData(100_000, 16, 391, 4, 4)]
    public void Chunks_AreSpread(int chunks, int inFlight, int groups, int groupsInFlight, int window)
    {
        var plan = GroupSizing.Decide(chunks, tokens: 1, inFlight);

        Assert.Equal((groups, groupsInFlight, window), (plan.Groups(), plan.GroupsInFlight, plan.GroupWindow));
    }
}
