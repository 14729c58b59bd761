using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Computation;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Encoding.Sparse;
using AeServerless.Engine.IO;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Results.Chunks;
using AeServerless.Engine.Scalars;
using AeServerless.Engine.Statistics;
using AeServerless.Engine.Statistics.Examples;
using AeServerless.Engine.Tests.Fixtures;
using CsCheck;

namespace AeServerless.Engine.Tests.Results;

/// <summary>A small made-up dataset of results: a latent-shaped scalar, a signed one, vectors, a dense one, one of zeros, and an
/// autoencoder.</summary>
internal sealed class ResultFixture
{
    public const int Latents = 6;
    public const int VectorWidth = 3;
    public const int Inputs = 5;

    public static readonly AutoencoderKey Autoencoder = new("mlp_autoencoder_latent", 2);
    public static readonly DerivedOutput Latent = new("latent", 2, "mlp_autoencoder_latent", DerivedShape.Latents, Latents, 0, Autoencoder);
    public static readonly DerivedOutput Effect =
        new("effect", 2, "online_mlp_autoencoder_act_times_grad", DerivedShape.Latents, Latents, 0, Autoencoder);
    public static readonly DerivedOutput Write =
        new("write", 2, "online_mlp_autoencoder_write", DerivedShape.LatentVectors, Latents, VectorWidth, Autoencoder);
    public static readonly DerivedOutput Error =
        new("error", 2, "online_mlp_autoencoder_error", DerivedShape.Neurons, Inputs, 0, Autoencoder);
    public static readonly DerivedOutput Zero =
        new("zero", 3, "online_mlp_autoencoder_write_norm", DerivedShape.Latents, Latents, 0, Autoencoder, "after the trace");

    public static readonly StatisticsOptions Options =
        new() { TopExamples = 2, HistogramBins = 5, HistogramMinExponent = -2, HistogramMaxExponent = 3 };

    public static readonly RecipeOutputs Everything = RecipeOutputs.Statistics | RecipeOutputs.Tokens | RecipeOutputs.Latents;

    private readonly int[] _lengths;
    private readonly int[] _starts;
    private readonly float[][] _latents;

    private ResultFixture(int[] lengths, int seed)
    {
        _lengths = lengths;
        _starts = new int[lengths.Length + 1];
        for (var i = 0; i < lengths.Length; i++)
        {
            _starts[i + 1] = _starts[i] + lengths[i];
        }

        var random = new Random(seed);
        _latents = [.. Enumerable.Range(0, _starts[^1]).Select(_ => Enumerable.Range(0, Latents)
            .Select(latent => latent == 5 || random.Next(3) > 0 ? 0 : random.Next(1, 6) * (random.Next(2) == 0 ? 0.5f : 0.3f)).ToArray())];
    }

    public static IReadOnlyList<DerivedOutput> Outputs { get; } = [Latent, Effect, Write, Error, Zero];

    public static Gen<ResultFixture> Any { get; } =
        Gen.Select(Gen.Int[1, 7].Array[1, 8], Gen.Int).Select((lengths, seed) => new ResultFixture(lengths, seed));

    public static ResultFixture Fixed { get; } = new([5, 3, 7, 1, 6, 4], seed: 3);

    public int Sequences => _lengths.Length;

    public int Tokens => _starts[^1];

    public float[][] Values => _latents;

    public static bool IsBad(int token) => token % 11 == 10;

    public static float EffectOf(float latent, int token) => latent * ((token % 3) - 1);

    public TokenPlace Place(int token)
    {
        var sequence = Enumerable.Range(0, Sequences).Last(i => _starts[i] <= token);
        return new TokenPlace(sequence, token - _starts[sequence], 1000 + token);
    }

    /// <summary>Writes the result of some sequences, tile by tile.</summary>
    public async Task<ResultDirectory> WriteAsync(
        string folder, int firstSequence, int endSequence, int tileTokens, RecipeOutputs? wanted = null, long sequencesBefore = 0)
    {
        using var writer = new ChunkResultWriter(Outputs, Options, wanted ?? Everything, TestEngine.WithThreads(2));
        Add(writer, firstSequence, endSequence, tileTokens, sequencesBefore);
        var directory = new ResultDirectory(folder);
        await writer.CompleteAsync(directory, TestContext.Current.CancellationToken);
        return directory;
    }

    /// <summary>Hands some sequences to a writer, tile by tile.</summary>
    internal void Add(ChunkResultWriter writer, int firstSequence, int endSequence, int tileTokens, long sequencesBefore = 0)
    {
        var (first, end) = (_starts[firstSequence], _starts[endSequence]);
        writer.Prepare(Enumerable.Range(first, end - first).Select(token => 1000L + token).ToArray());
        writer.Begin(new ChunkRange(0, first, end - first, sequencesBefore + firstSequence, _lengths[firstSequence..endSequence]));
        for (var start = first; start < end; start += tileTokens)
        {
            AddTile(writer, first, start, Math.Min(tileTokens, end - start));
        }
    }

    private void AddTile(ChunkResultWriter writer, int first, int start, int count)
    {
        var tokens = Enumerable.Range(start, count).ToArray();
        var pairs = tokens.SelectMany(token => Enumerable.Range(0, Latents)
            .Where(latent => !IsBad(token) && _latents[token][latent] != 0).Select(latent => (Token: token, Latent: latent))).ToArray();
        int[] starts = [0, .. tokens.Select(token => pairs.Count(pair => pair.Token <= token))];
        int[] latents = [.. pairs.Select(pair => pair.Latent)];
        var tile = new SparseLatents();
        int[] bad = [.. Enumerable.Range(0, count).Where(i => IsBad(tokens[i]))];
        tile.Set(starts, latents, [.. pairs.Select(pair => _latents[pair.Token][pair.Latent])]);
        writer.Tokens(Autoencoder, start - first, new TokenMetricsTile(count, Inputs)
        {
            ActiveLatents = tokens.Select(token => pairs.Count(pair => pair.Token == token)).ToArray(),
            InputSquaredNorms = tokens.Select(token => Input(token).Sum(x => (double)x * x)).ToArray(),
            ErrorSquaredNorms = tokens.Select(token => IsBad(token) ? 0 : 0.01 * (1 + (token % 4))).ToArray(),
            NonFinite = tokens.Select(IsBad).ToArray(),
            Inputs = tokens.SelectMany(Input).ToArray(),
        });
        writer.Sparse(Latent, start - first, tile);
        writer.Vectors(Write, start - first, tile, pairs.SelectMany(pair => Vector(_latents[pair.Token][pair.Latent])).ToArray());
        tile.Set(starts, latents, [.. pairs.Select(pair => EffectOf(_latents[pair.Token][pair.Latent], pair.Token))]);
        writer.Sparse(Effect, start - first, tile);
        writer.Dense(Error, start - first, count, tokens.SelectMany(Input).ToArray());
        foreach (var output in Outputs.Where(output => bad.Length > 0 && output != Zero))
        {
            writer.Excluded(output, ExclusionReason.NonFinite, start - first, bad);
        }
    }

    private static float[] Vector(float value) => [value, -value / 3, 0.1f];

    private static float[] Input(int token) =>
        [.. Enumerable.Range(0, Inputs).Select(i => IsBad(token) ? 0 : ((token * 7) + (i * 3)) % 13 / 10f)];
}
