using AeServerless.Engine.Statistics.Examples;

namespace AeServerless.Engine.Results.Summary;

/// <summary>
/// The strongest latents of each autoencoder. They are ranked by the mean square, over all tokens, of the autoencoder's latents (or of the
/// first latent-shaped scalar where the run has not these): a latent's share of the activity, which neither a single high value nor many
/// faint ones make large.
/// </summary>
internal sealed class StrongestLatents(SummaryOptions options, SequenceIndex sequences)
{
    // Contexts are spread over many shards: some are fetched at a time.
    private const int Parallelism = 16;
    private const string LossEffect = "write_to_final_residual_grad";

    private readonly Dictionary<(string Autoencoder, int Layer), Ranking> _rankings = [];

    /// <summary>Takes a scalar's moments of its autoencoder's strongest latents, which the first scalar of the autoencoder ranks.</summary>
    public async Task AddAsync(ScalarStatistics scalar, CancellationToken cancellationToken)
    {
        if (scalar is not { IsLatentShaped: true, Autoencoder: { } autoencoder })
        {
            return;
        }

        var ranks = !_rankings.TryGetValue((autoencoder, scalar.Layer), out var ranking);
        if (ranks)
        {
            ranking = new Ranking(scalar.Scalar, scalar.Strongest(), Distribution(scalar));
            _rankings.Add((autoencoder, scalar.Layer), ranking);
        }

        if (ranking!.Distribution is { EffectScalar: null } known && scalar.Type.EndsWith(LossEffect, StringComparison.Ordinal))
        {
            ranking.Distribution = known with
            {
                EffectScalar = scalar.Scalar,
                Effects = [.. scalar.Moments.Select(moments => (float)moments.Mean)],
            };
        }

        var most = Math.Max(options.StrongestLatents, options.ReportedLatents);
        foreach (var latents in ranking.Latents.Take(most).Index().Chunk(Parallelism))
        {
            ranking.Summaries.AddRange(await Task.WhenAll(latents.Select(async one =>
                (one.Item, await SummariseAsync(scalar, one.Item, Examples(ranks, one.Index), ranks, cancellationToken)))));
        }
    }

    public string? RankedBy(string autoencoder, int layer) => Find(autoencoder, layer)?.Scalar;

    /// <summary>All latents that had a value, the strongest first.</summary>
    public IReadOnlyList<int> ByStrength(string autoencoder, int layer) => Find(autoencoder, layer)?.Latents ?? [];

    public LatentDistribution? DistributionOf(string autoencoder, int layer) => Find(autoencoder, layer)?.Distribution;

    public IReadOnlyList<LatentSummary> SummariesOf(string autoencoder, int layer) =>
    [
        .. ReportedOf(autoencoder, layer).Take(options.StrongestLatents).Select(latent => new LatentSummary(
            latent.Latent,
            [
                .. latent.Scalars.Select(scalar => scalar with
                {
                    Top = [.. scalar.Top.Take(options.Examples)], Bottom = [.. scalar.Bottom.Take(options.Examples)],
                }),
            ])),
    ];

    public IReadOnlyList<LatentSummary> ReportedOf(string autoencoder, int layer)
    {
        if (Find(autoencoder, layer) is not { } ranking)
        {
            return [];
        }

        var summaries = ranking.Summaries.ToLookup(one => one.Latent, one => one.Summary);
        return
        [
            .. ranking.Latents.Take(Math.Max(options.StrongestLatents, options.ReportedLatents))
                .Select(latent => new LatentSummary(latent, [.. summaries[latent]])),
        ];
    }

    private Ranking? Find(string autoencoder, int layer) => _rankings.GetValueOrDefault((autoencoder, layer));

    private static LatentDistribution Distribution(ScalarStatistics scalar) => new(
        scalar.Rows.Histogram.Edges,
        [.. scalar.Moments.Select(moments => (float)moments.Frequency)],
        [.. scalar.Moments.Select(moments => (float)moments.Mean)]);

    // Of scalars that rank nothing the report shows figures alone.
    private int Examples(bool ranks, int place) => Math.Max(
        place < options.StrongestLatents ? options.Examples : 0, ranks && place < options.ReportedLatents ? options.ReportedExamples : 0);

    private async Task<LatentScalarSummary> SummariseAsync(
        ScalarStatistics scalar, int latent, int examples, bool random, CancellationToken cancellationToken)
    {
        var state = scalar.StateOf(latent);
        var moments = scalar.Moments[latent];
        return new LatentScalarSummary(
            scalar.Scalar,
            scalar.Type,
            moments.Count,
            moments.Frequency,
            moments.Mean,
            moments.MeanSquare,
            moments.Max,
            moments.Min,
            await ExamplesAsync(state?.Positive.Examples.All.ToArray() ?? [], examples, cancellationToken),
            await ExamplesAsync(state?.Negative.Examples.All.ToArray() ?? [], examples, cancellationToken))
        {
            Figures = moments,
            Positive = state?.Positive.Bins.ToArray() ?? [],
            Negative = state?.Negative.Bins.ToArray() ?? [],
            Random = await ExamplesAsync(
                [.. (state?.Drawn.All.ToArray() ?? []).Select(drawn => new TopExample(drawn.Value, drawn.Place))],
                random ? examples : 0,
                cancellationToken),
        };
    }

    private async Task<IReadOnlyList<ExampleSummary>> ExamplesAsync(
        TopExample[] examples, int count, CancellationToken cancellationToken) =>
        await Task.WhenAll(examples.Take(count).Select(async example =>
        {
            var (value, place) = example;
            var (shard, sequence) = sequences.Find(place.Sequence);
            var context = options.Contexts is null ? null : await options.Contexts.ReadAsync(
                shard, sequence, place.Position, cancellationToken);
            return new ExampleSummary(
                value, place.Sequence, shard, sequence, place.Position, place.Token < 0 ? null : place.Token, context);
        }));

    private sealed class Ranking(string scalar, IReadOnlyList<int> latents, LatentDistribution distribution)
    {
        public string Scalar { get; } = scalar;

        public IReadOnlyList<int> Latents { get; } = latents;

        public LatentDistribution Distribution { get; set; } = distribution;

        public List<(int Latent, LatentScalarSummary Summary)> Summaries { get; } = [];
    }
}
