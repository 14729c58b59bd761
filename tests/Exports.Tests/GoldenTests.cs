using AeServerless.Exports.Checking;

namespace AeServerless.Exports.Tests;

public sealed class GoldenTests
{
    [Fact(Timeout = 120_000)]
    public async Task GoldenFolder_IsWhatTheToolsMade()
    {
        var counts = await GoldenExports.CheckAsync(RepositoryFolder.GoldenExports, TestContext.Current.CancellationToken);

        Assert.Equal(10, counts.Count);
        Assert.All(counts, count =>
        {
            Assert.True(
                count.Different == 0, $"{count.Name}: {count.Different} of {count.Compared}\n{string.Join('\n', count.Differences)}");
            Assert.True(count.Compared > 10, count.Name);
        });
    }
}
