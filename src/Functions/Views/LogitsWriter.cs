using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Computation;
using AeServerless.Engine.IO;
using AeServerless.Engine.Results.Views;
using AeServerless.Exports.Profiles;
using AeServerless.Exports.Runs;
using AeServerless.Functions.Blobs;
using AeServerless.Functions.Planning;
using AeServerless.Functions.Runs;
using AeServerless.Functions.Settings;
using AeServerless.Models;

namespace AeServerless.Functions.Views;

/// <summary>Which tokens latents promote: their write directions through the model's final norm and unembedding.</summary>
public sealed class LogitsWriter(InputStore store, AppSettings settings)
{
    // Products of a direction and an unembedding, in multiplications: some seconds. Of a larger autoencoder the strongest latents are told.
    private const double MaxProducts = 4e11;
    private const int Tokens = 10;
    private const int LatentsAtOnce = 64;

    /// <summary>The map of the model that a run's dataset names; <see langword="null"/> where it is not stored or too large.</summary>
    public async Task<LogitMap?> ReadMapAsync(RunBasis basis, CancellationToken cancellationToken)
    {
        var model = basis.Manifest.Model;
        var files = new InputFiles(InputPaths.Beside(model, ""), basis.Inputs, store);
        return model.Length > 0 && basis.Inputs.ContainsKey(model) && basis.Inputs.ContainsKey(InputPaths.Config(model))
            ? await LogitMap.LoadAsync(files, ((long)settings.WeightsCacheMegabytes << 20) / sizeof(float), cancellationToken)
            : null;
    }

    /// <summary>Writes <c>logits/{autoencoder}/{layer}</c>.</summary>
    /// <param name="basis">The run.</param>
    /// <param name="map">The model's.</param>
    /// <param name="key">The autoencoder.</param>
    /// <param name="byStrength">Its latents, the strongest first.</param>
    /// <param name="run">Where the file goes.</param>
    /// <param name="cancellationToken">Cancels the writing.</param>
    /// <returns>What was written; <see langword="null"/> for an autoencoder that does not write to the residual stream.</returns>
    public async Task<LogitTable?> WriteAsync(
        RunBasis basis,
        LogitMap map,
        AutoencoderKey key,
        IReadOnlyList<int> byStrength,
        IResultSink run,
        CancellationToken cancellationToken)
    {
        var directions = await PlanWeightsLoader.LoadDirectionsAsync(
            basis.Plan,
            key,
            (path, _) => Task.FromResult<IByteSource>(store.Open(RunBasis.Find(basis.Inputs, path, "the recipe needs it"))),
            RunFiles.SourcesOf(basis.Inputs, store),
            cancellationToken);
        if (directions is null || directions.Width != map.Width)
        {
            return null;
        }

        // Latents that never had a value come last: what they would promote is told where there is time.
        int[] order = [.. byStrength, .. Enumerable.Range(0, directions.Latents).Except(byStrength)];
        var count = (int)Math.Min(order.Length, MaxProducts / map.Matrix.Length);
        var table = new LogitTable(directions.Latents, Math.Min(Tokens, map.Vocabulary));
        var lens = new LogitLens(new OrderedDirections(directions, order, map.Matrix));
        for (var first = 0; first < count; first += LatentsAtOnce)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var logits = lens.Of(first, Math.Min(LatentsAtOnce, count - first));
            var start = first;
            Parallel.For(0, logits.Length, i => table.Set(
                order[start + i],
                logits[i],
                LogitLens.Greatest(logits[i], table.Count),
                LogitLens.Greatest(logits[i], table.Count, sign: -1)));
        }

        await table.WriteAsync(key.Name, key.Layer, run, cancellationToken);
        return table;
    }

    private sealed class OrderedDirections(LatentDirections directions, int[] order, ReadOnlyMemory<float> unembedding) : ILatentDirections
    {
        public int Width => directions.Width;

        public ReadOnlyMemory<float> Unembedding => unembedding;

        public ReadOnlySpan<float> Row(int latent) => directions.Row(order[latent]);
    }
}
