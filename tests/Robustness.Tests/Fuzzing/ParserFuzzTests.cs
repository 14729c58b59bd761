namespace AeServerless.Robustness.Tests.Fuzzing;

public sealed class ParserFuzzTests(ITestOutputHelper output)
{
    private const int FewestCases = 100_000;

    private static readonly IReadOnlyDictionary<string, FuzzTarget> Targets = new[]
    {
        SafetensorsTarget.Create(), ShardTarget.Create(), ManifestTarget.Create(), RecipeTarget.Create(), NameTarget.Create(),
        StartRequestTarget.Create(),
        ModelTargets.CreateConfig(), ModelTargets.CreateVocabulary(), ModelTargets.CreateMerges(), ModelTargets.CreateAutoencoder(),
    }.ToDictionary(target => target.Name);

    public static TheoryData<string> Names => [.. Targets.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void DamagedInput_IsRefusedWithAMessage(string name)
    {
        var result = Fuzzer.Run(Targets[name], TestContext.Current.CancellationToken);

        output.WriteLine($"{name}: {result.Refused} refused, {result.Taken} taken");
        Assert.True(result.Refused > 0, "No input was refused: the mutations do nothing.");
        Assert.True(result.Taken > 0, "No input was taken: the mutations never get past the first check.");
    }

    [Fact]
    public void AllTargets_HaveEnoughCases() => Assert.True(Targets.Values.Sum(target => target.Cases) >= FewestCases);
}
