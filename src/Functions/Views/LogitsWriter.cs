using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Computation;
using AeServerless.Engine.IO;
using AeServerless.Engine.Results.Summary;
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

    // 16 MB.
    private const long MostKept = 1 << 22;

    // Of the last run: that of the next day, or over the next dataset, has the same weights.
    private volatile LogitTables? _kept;

    /// <summary>Writes <c>logits/{autoencoder}/{layer}</c> of each autoencoder that writes to the residual stream.</summary>
    /// <param name="basis">The run.</param>
    /// <param name="autoencoders">Its autoencoders.</param>
    /// <param name="run">Where the files go.</param>
    /// <param name="cancellationToken">Cancels the writing.</param>
    /// <returns>What was written; nothing where the dataset's model is not stored or too large.</returns>
    public async Task<IReadOnlyDictionary<AutoencoderKey, LogitTable>> WriteAsync(
        RunBasis basis, IReadOnlyList<AutoencoderSummary> autoencoders, IResultSink run, CancellationToken cancellationToken)
    {
        var tables = await TablesAsync(basis, autoencoders, cancellationToken);
        foreach (var (key, table) in tables)
        {
            await table.WriteAsync(key.Name, key.Layer, run, cancellationToken);
        }

        return tables;
    }

    private async Task<IReadOnlyDictionary<AutoencoderKey, LogitTable>> TablesAsync(
        RunBasis basis, IReadOnlyList<AutoencoderSummary> autoencoders, CancellationToken cancellationToken)
    {
        var weights = LogitTables.WeightsOf(basis, autoencoders);
        if (_kept is { } kept && kept.Weights == weights)
        {
            return kept.Tables;
        }

        var tables = new Dictionary<AutoencoderKey, LogitTable>();
        using var map = autoencoders.Count > 0 ? await ReadMapAsync(basis, cancellationToken) : null;
        var all = true;
        foreach (var one in map is null ? [] : autoencoders)
        {
            var key = new AutoencoderKey(one.Autoencoder, one.Layer);
            if (await LoadDirectionsAsync(basis, key, cancellationToken) is { } directions && directions.Width == map!.Width)
            {
                tables.Add(key, Compute(directions, map, one.ByStrength, cancellationToken));
                all &= Told(directions, map) == directions.Latents;
            }
        }

        var computed = new LogitTables(weights, tables);
        _kept = all && computed.Values <= MostKept ? computed : null;
        return tables;
    }

    private async Task<LogitMap?> ReadMapAsync(RunBasis basis, CancellationToken cancellationToken)
    {
        var model = basis.Manifest.Model;
        var files = new InputFiles(InputPaths.Beside(model, ""), basis.Inputs, store);
        return model.Length > 0 && basis.Inputs.ContainsKey(model) && basis.Inputs.ContainsKey(InputPaths.Config(model))
            ? await LogitMap.LoadAsync(files, ((long)settings.WeightsCacheMegabytes << 20) / sizeof(float), cancellationToken)
            : null;
    }

    private Task<LatentDirections?> LoadDirectionsAsync(RunBasis basis, AutoencoderKey key, CancellationToken cancellationToken) =>
        PlanWeightsLoader.LoadDirectionsAsync(
            basis.Plan,
            key,
            (path, _) => Task.FromResult<IByteSource>(store.Open(RunBasis.Find(basis.Inputs, path, "the recipe needs it"))),
            RunFiles.SourcesOf(basis.Inputs, store),
            cancellationToken);

    private static LogitTable Compute(
        LatentDirections directions, LogitMap map, IReadOnlyList<int> byStrength, CancellationToken cancellationToken)
    {
        // Latents that never had a value come last: what they would promote is told where there is time.
        int[] order = [.. byStrength, .. Enumerable.Range(0, directions.Latents).Except(byStrength)];
        var count = Told(directions, map);
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

        return table;
    }

    private static int Told(LatentDirections directions, LogitMap map) =>
        (int)Math.Min(directions.Latents, MaxProducts / map.Matrix.Length);

    private sealed class OrderedDirections(LatentDirections directions, int[] order, ReadOnlyMemory<float> unembedding) : ILatentDirections
    {
        public int Width => directions.Width;

        public ReadOnlyMemory<float> Unembedding => unembedding;

        public ReadOnlySpan<float> Row(int latent) => directions.Row(order[latent]);
    }
}
