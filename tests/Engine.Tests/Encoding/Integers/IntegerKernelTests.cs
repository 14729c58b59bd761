using AeServerless.Engine.Encoding.Integers;
using AeServerless.Engine.Encoding.Screening.Products;
using CsCheck;

namespace AeServerless.Engine.Tests.Encoding.Integers;

public sealed class IntegerKernelTests
{
    /// <summary>Every kernel of this processor, and the portable ones, of which int8's is the twin of Arm64's.</summary>
    public static TheoryData<string> Supported => [.. IntegerKernels.All.Where(kernel => kernel.IsSupported).Select(kernel => kernel.Name)];

    [Fact]
    public void EachElementWidth_HasAPortableKernel() =>
        Assert.All([1, 2], bytes => Assert.Contains(IntegerKernels.Supported(bytes), kernel => kernel.Name.Contains("portable")));

    [Theory]
    [MemberData(nameof(Supported))]
    public void RandomRowsOfAnyWidth_GiveTheSumsOfPlainLoops(string name) =>
        Gen.Select(Gen.Int[1, 130], Gen.Int[1, 70], Gen.Int[1, 11], Gen.Int[0, 2], Gen.Int[0, int.MaxValue - 1])
            .Sample(
                (width, latents, tokens, extremes, seed) => Check(Find(name), width, latents, tokens, extremes, new Random(seed)),
                iter: 60);

    [Theory]
    [MemberData(nameof(Supported))]
    public void WideRowsOfExtremes_GiveTheSumsOfPlainLoops(string name)
    {
        foreach (var width in new[] { 777, 768, 3072, 16 })
        {
            for (var extremes = 0; extremes < 3; extremes++)
            {
                Check(Find(name), width, 96, 9, extremes, new Random(width));
            }
        }
    }

    private static IIntegerKernel Find(string name) => IntegerKernels.All.Single(kernel => kernel.Name == name);

    private static void Check(IIntegerKernel kernel, int width, int latents, int tokens, int extremes, Random random)
    {
        if (kernel.ElementBytes == 1)
        {
            Check<sbyte>(kernel, width, latents, tokens, Elements(extremes, random), value => (sbyte)value);
        }
        else
        {
            Check<short>(kernel, width, latents, tokens, Elements(extremes, random), value => (short)value);
        }
    }

    /// <summary>Elements up to a magnitude: any, the largest alone, or zeros and the largest.</summary>
    private static Func<int, int> Elements(int extremes, Random random) => extremes switch
    {
        0 => largest => random.Next(-largest, largest + 1),
        1 => largest => largest,
        _ => largest => (random.Next(3) - 1) * largest,
    };

    private static unsafe void Check<T>(
        IIntegerKernel kernel, int width, int latents, int tokens, Func<int, int> elementOf, Func<int, T> narrow)
        where T : unmanaged
    {
        var largestWeight = kernel.ElementBytes == 1 ? sbyte.MaxValue : short.MaxValue;
        using var product = new KernelProduct<T>(new ProductSize(width, latents, 64), kernel);
        var weights = new int[latents][];
        for (var latent = 0; latent < latents; latent++)
        {
            weights[latent] = [.. Enumerable.Range(0, width).Select(_ => elementOf(largestWeight))];
            product.Store(latent, [.. weights[latent].Select(narrow)]);
        }

        using var lane = product.CreateLane(tokens);
        var rows = new int[tokens][];
        for (var token = 0; token < tokens; token++)
        {
            rows[token] = [.. Enumerable.Range(0, width).Select(_ => elementOf(kernel.LargestToken))];
            rows[token].Select(narrow).ToArray().CopyTo(lane.Row(token));
            lane.Complete(token);
        }

        for (var latent = 0; latent < latents; latent++)
        {
            var block = latent / 64;
            var stride = new ProductSize(width, latents, 64).LatentsOf(block);
            var sums = lane.Multiply(block, 0, tokens);
            for (var token = 0; token < tokens; token++)
            {
                var expected = 0;
                for (var i = 0; i < width; i++)
                {
                    // Sums of int16 that overflow do so alike; rows are scaled so that they do not.
                    expected = unchecked(expected + (rows[token][i] * weights[latent][i]));
                }

                Assert.Equal(expected, sums[(token * stride) + (latent % 64)]);
            }
        }
    }
}
