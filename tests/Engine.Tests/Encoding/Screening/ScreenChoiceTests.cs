using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Encoding.Screening;
using AeServerless.Engine.Tests.Fixtures;

namespace AeServerless.Engine.Tests.Encoding.Screening;

public sealed class ScreenChoiceTests
{
    private const int Width = 64;
    private const int Latents = 200;

    [Fact]
    public void FewCandidates_KeepTheFastestProduct()
    {
        using var choice = Make(candidateSeconds: 1e-9);

        Assert.Equal(ScreeningFormat.Int8, choice.Current);
        choice.Report(ScreeningFormat.Int8, Work(candidates: 400, exactSeconds: 4e-7));

        Assert.Equal(ScreeningFormat.Int8, choice.Current);
    }

    [Fact]
    public void ManyCandidates_TakeTheFinerProduct_AndItsOwnCandidatesAreCountedThen()
    {
        using var choice = Make(candidateSeconds: 1e-9);
        choice.Report(ScreeningFormat.Int8, Work(candidates: 15_000, exactSeconds: 1e-2));

        Assert.Equal(ScreeningFormat.Int16, choice.Current);
        choice.Report(ScreeningFormat.Int16, Work(candidates: 310, exactSeconds: 1e-5));

        Assert.Equal(ScreeningFormat.Int16, choice.Current);
    }

    [Fact]
    public void ProductThatIsNotOfThisMachine_IsReplacedByFloat32()
    {
        using var choice = new ScreenChoice(
            Random64.Autoencoder(new Random(1), Width, Latents, Activation.ReLU), ScreeningFormat.Int8, "int8, of no machine",
            _ => Costs(1e-9));

        Assert.Equal(ScreeningFormat.Float32, choice.Current);
    }

    private static ScreenChoice Make(double candidateSeconds) => new(
        Random64.Autoencoder(new Random(1), Width, Latents, Activation.ReLU), ScreeningFormat.Auto, null, _ => Costs(candidateSeconds));

    /// <summary>int8 at twice the speed of int16, and that at twice the others'.</summary>
    private static ScreeningCosts Costs(double candidateSeconds) => new(Width, candidateSeconds, [.. ScreenKinds.For(Width).Select(kind =>
        new ProductSpeed(kind.Format, kind.Product, kind.Format switch
        {
            ScreeningFormat.Int8 => 100,
            ScreeningFormat.Int16 => 50,
            _ => 25,
        }))]);

    private static TileWork Work(int candidates, double exactSeconds) =>
        new(Tokens: 100, candidates, Kept: 300, ScreenSeconds: 1, exactSeconds);
}
