using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Computation;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Planning;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Runtime;
using AeServerless.Engine.Tests.Fixtures;
using CsCheck;

namespace AeServerless.Engine.Tests.Computation;

public sealed class TileTests
{
    private static readonly int[] Lengths = [5, 1, 9, 3, 12, 7];

    private static readonly DerivedScalarRequest[] Everything =
    [
        Of("mlp_autoencoder_latent", "neurons"),
        Of("autoencoder_write_norm", "mlp"),
        Of("online_autoencoder_act_times_grad", "neurons"),
        Of("online_autoencoder_write_to_final_residual_grad", "attention"),
        Of("online_mlp_autoencoder_error", "neurons"),
        Of("online_mlp_autoencoder_error_act_times_grad", "neurons"),
        Of("online_mlp_autoencoder_error_write_norm", "neurons"),
        Of("online_residual_mlp_autoencoder_error", "mlp"),
        new() { Type = "resid_delta_mlp_from_mlp_post_act", Layers = [0] },
        Of("online_autoencoder_write", "mlp") with { Latents = [1, 4, 7] },
        Of("autoencoder_latent_grad_wrt_mlp_post_act_input", "neurons") with { Latents = [0, 3], Layers = [1] },
        Traced("head", new TraceConfiguration(NodeType.AttentionHead, 1, [4, 2, 1], AttentionTraceType: AttentionTraceType.QK)),
        Traced("neuron", new TraceConfiguration(NodeType.MlpNeuron, 1, [2, 5])),
        Traced("latent", new TraceConfiguration(NodeType.AttentionAutoencoderLatent, 1, [3, 6], PreOrPostAct.Pre)),
    ];

    [Fact]
    public async Task AnyTilesWindowsAndChunks_GiveTheSameBits()
    {
        var world = await RandomWorld.CreateAsync(3, Lengths.Sum());
        var plan = DerivationPlan.Create(RandomWorld.Recipe(null, Everything), world.Context());
        var whole = await world.ComputeAsync(plan, new EngineOptions { TileTokens = 1000 }, new ChunkRange(0, 0, Lengths.Sum(), 0, Lengths));
        foreach (var (tile, buffer, threads, device) in (IEnumerable<(int, long, int, string)>)
            [(1, 1, 1, "cpu"), (3, 1, 2, "cpu"), (4, 4000, 1, "cpu"), (16, 1 << 20, 2, "cpu"), (5, 4000, 2, "cpu:0")]) // the last as on a GPU
        {
            var options = new EngineOptions { TileTokens = tile, ReadBufferBytes = buffer, Threads = threads, Device = new EngineDevice(device) };
            var parts = await world.ComputeAsync(plan, options, new ChunkRange(0, 0, Lengths.Sum(), 0, Lengths));
            RequireSame(whole, parts);
        }
    }

    [Fact]
    public async Task ChunksOfSequences_GiveTheSameBits()
    {
        var world = await RandomWorld.CreateAsync(4, Lengths.Sum());
        var plan = DerivationPlan.Create(RandomWorld.Recipe(null, Everything), world.Context());
        var whole = await world.ComputeAsync(plan, null, new ChunkRange(0, 0, Lengths.Sum(), 0, Lengths));
        var row = 0;
        for (var sequence = 0; sequence < Lengths.Length; sequence++)
        {
            var length = Lengths[sequence];
            var alone = await world.ComputeAsync(plan, null, new ChunkRange(0, row, length, sequence, [length]));
            foreach (var ((scalar, layer), values) in alone.Values)
            {
                var width = values.Length / length;
                Assert.True(Bits(whole[scalar, layer].AsSpan(row * width, values.Length)).SequenceEqual(Bits(values)), $"{scalar}/{layer}, sequence {sequence}");
            }

            row += length;
        }
    }

    [Fact]
    public async Task SequenceBeforeTheTracedPosition_HasNoValuesAndIsCounted()
    {
        var world = await RandomWorld.CreateAsync(5, Lengths.Sum());
        var plan = DerivationPlan.Create(RandomWorld.Recipe(null, Everything[^3]), world.Context());
        var computed = await world.ComputeAsync(plan, null, new ChunkRange(0, 0, Lengths.Sum(), 0, Lengths));

        // The head looks from token 4: sequences of 1 and 3 tokens don't reach it.
        Assert.Equal(4, computed.Exclusions[("head", 0, ExclusionReason.SequenceTooShort)]);
        var values = computed["head", 0];
        Assert.All(values.AsSpan(5 * RandomWorld.Latents, RandomWorld.Latents).ToArray(), value => Assert.Equal(0, value));
        Assert.Contains(values, value => value != 0);
    }

    [Fact]
    public async Task TokenWithoutActiveLatents_CountsAsAnyOther()
    {
        var world = await RandomWorld.CreateAsync(6, Lengths.Sum());
        var plan = DerivationPlan.Create(RandomWorld.Recipe(null, Of("online_autoencoder_write", "mlp") with { Latents = [1] }), world.Context());

        var computed = await world.ComputeAsync(plan);

        Assert.All(computed.Values.Values, values => Assert.Contains(
            values.Chunk(values.Length / Lengths.Sum()), row => !row.AsSpan().ContainsAnyExcept(0f)));
        Assert.Empty(computed.Exclusions);
    }

    [Fact]
    public Task NonFiniteRow_IsExcludedAndDoesNotSpread() => Gen.Select(Gen.Int[0, 36], Gen.Bool.Select(nan => nan ? float.NaN : float.PositiveInfinity)).SampleAsync(async pair =>
    {
        var (token, bad) = pair;
        string[] types = ["online_autoencoder_latent", "online_autoencoder_act_times_grad", "online_mlp_autoencoder_error", "online_mlp_autoencoder_error_act_times_grad"];
        var requests = types.Select(type => Of(type, "neurons") with { Layers = [1] }).ToArray();
        foreach (var tensor in (string[])["mlp.post_act/forward/1", "resid.post_mlp/backward/1"])
        {
            var clean = await RandomWorld.CreateAsync(6, Lengths.Sum());
            var plan = DerivationPlan.Create(RandomWorld.Recipe([RandomWorld.Autoencoders[0]], requests), clean.Context());
            var expected = await clean.ComputeAsync(plan);
            var spoilt = await RandomWorld.CreateAsync(6, Lengths.Sum());
            spoilt.Rows(tensor)[(token * spoilt.Rows(tensor).Length / Lengths.Sum()) + 2] = bad;
            var actual = await spoilt.ComputeAsync(plan);
            foreach (var ((scalar, layer), values) in expected.Values)
            {
                var affected = tensor.StartsWith("mlp", StringComparison.Ordinal) || scalar.Contains("grad", StringComparison.Ordinal);
                if (affected)
                {
                    var width = values.Length / Lengths.Sum();
                    values.AsSpan(token * width, width).Clear();
                    Assert.Equal(1, actual.Exclusions[(scalar, layer, ExclusionReason.NonFinite)]);
                }

                Assert.True(Bits(values).SequenceEqual(Bits(actual[scalar, layer])), scalar);
            }

            var metrics = actual.Metrics[new AutoencoderKey("neurons", 1)];
            int[] excluded = tensor.StartsWith("mlp", StringComparison.Ordinal) ? [token] : [];
            Assert.Equal(excluded, metrics.Index().Where(metric => metric.Item.NonFinite).Select(metric => metric.Index));
        }
    }, iter: 8);

    private static DerivedScalarRequest Of(string type, string autoencoder) => new() { Type = type, Name = $"{type}.{autoencoder}", Autoencoder = autoencoder };

    private static DerivedScalarRequest Traced(string name, TraceConfiguration trace) => new()
    {
        Type = "online_autoencoder_write_to_final_activation_residual_grad",
        Name = name,
        Autoencoder = "mlp",
        Trace = trace,
    };

    private static ReadOnlySpan<int> Bits(ReadOnlySpan<float> values) => System.Runtime.InteropServices.MemoryMarshal.Cast<float, int>(values);

    private static void RequireSame(CollectedChunk expected, CollectedChunk actual)
    {
        Assert.Equal(expected.Values.Keys, actual.Values.Keys);
        foreach (var ((scalar, layer), values) in expected.Values)
        {
            Assert.True(Bits(values).SequenceEqual(Bits(actual[scalar, layer])), $"{scalar}/{layer}");
        }

        Assert.Equal(expected.Exclusions, actual.Exclusions);
        Assert.Equal(expected.Metrics.Keys, actual.Metrics.Keys);
        foreach (var (autoencoder, metrics) in expected.Metrics)
        {
            Assert.Equal(metrics, actual.Metrics[autoencoder]);
        }
    }
}
