using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Encoding;
using AeServerless.Engine.Encoding.Kernels;
using AeServerless.Engine.Encoding.Screening;
using AeServerless.Engine.Encoding.Sparse;
using AeServerless.Engine.Runtime;
using AeServerless.Engine.Tests.Fixtures;

namespace AeServerless.Engine.Tests.Encoding;

/// <summary>Counts what the whole process allocates, so nothing else may run meanwhile.</summary>
[Collection(nameof(AllocationTests))]
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
public sealed class AllocationTests
{
    [Fact]
    public void SteadyState_AllocatesNothingPerToken()
    {
        const int Tokens = 2048;
        const int Width = 192;
        var random = new Random(4);
        var autoencoder = Random64.Autoencoder(random, Width, 1024, Activation.ReLU);
        var inputs = Random64.Gaussian(random, Tokens * Width, 1);
        using var encoder =
            TestEngine.Encoder(autoencoder, new EncoderOptions { Screening = ScreeningFormat.Int8 }, new EngineOptions { Threads = 2 });
        var (latents, other) = (new SparseLatents(), new SparseLatents());
        var decoded = new float[inputs.Length];
        void Round()
        {
            encoder.Encode(inputs, Tokens, latents);
            SparseKernels.Project(latents, autoencoder.Decoder, inputs, other, TestEngine.Team(2));
            SparseKernels.Multiply(latents, other, other);
            SparseKernels.Decode(latents, autoencoder, decoded, TestEngine.Team(2));
        }

        long Allocated()
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            for (var i = 0; i < 10; i++)
            {
                Round();
            }

            return GC.GetTotalAllocatedBytes(precise: true) - before;
        }

        // Buffers are made when a thread first has work of a kind, and which thread that is varies: then nothing but a few objects a call.
        var least = Enumerable.Range(0, 20).Select(_ => Allocated()).First(bytes => bytes < 10 * Tokens);

        Assert.InRange(least, 0, 10 * Tokens);
        Assert.True(latents.Count > Tokens);
    }
}
