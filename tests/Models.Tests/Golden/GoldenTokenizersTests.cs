using AeServerless.Models.Golden;

namespace AeServerless.Models.Tests.Golden;

public sealed class GoldenTokenizersTests
{
    public static TheoryData<string> Names() =>
        [.. GoldenTokenizers.Forms(GoldenData.Tokenizers).Where(form => form.Files is not null).Select(form => form.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Tokenizer_GivesEveryRecordedResult(string name)
    {
        var form = GoldenTokenizers.Forms(GoldenData.Tokenizers).Single(form => form.Name == name);
        var check = await GoldenTokenizers.CheckFormAsync(name, form.Files!, form.Data, TestContext.Current.CancellationToken);
        Assert.Empty(check.Failures);
        Assert.True(check.Checked > 0);
        TestContext.Current.TestOutputHelper?.WriteLine(check.ToString());
    }

    [Fact]
    public async Task FaultyFiles_AreRefused()
    {
        var check = Assert.Single(await GoldenTokenizers.CheckAsync(GoldenData.Tokenizer("refuse"), TestContext.Current.CancellationToken));
        Assert.Empty(check.Failures);
        Assert.True(check.Checked > 0);
    }
}
