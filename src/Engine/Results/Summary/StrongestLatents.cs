using AeServerless.Engine.Statistics.Examples;

namespace AeServerless.Engine.Results.Summary;

/// <summary>
/// The strongest latents of each autoencoder. They are ranked by the mean square, over all tokens, of the autoencoder's latents (or of the
/// first latent-shaped scalar where the run has not these): a latent's share of the activity, which neither a single high value nor many
/// faint ones make large.
/// </summary>
internal sealed class StrongestLatents(SummaryOptions options, SequenceIndex sequences)
{
    private readonly Dictionary<(string Autoencoder, int Layer), Ranking> _rankings = [];

    /// <summary>Takes a scalar's moments of its autoencoder's strongest latents, which the first scalar of the autoencoder ranks.</summary>
    public async Task AddAsync(ScalarStatistics scalar, CancellationToken cancellationToken)
    {
        if (scalar is not { IsLatentShaped: true, Autoencoder: { } autoencoder })
        {
            return;
        }

        if (!_rankings.TryGetValue((autoencoder, scalar.Layer), out var ranking))
        {
            ranking = new Ranking(scalar.Scalar, scalar.Strongest(options.StrongestLatents));
            _rankings.Add((autoencoder, scalar.Layer), ranking);
        }

        // Contexts are spread over many shards: fetch them in parallel.
        var summaries = await Task.WhenAll(ranking.Latents.Select(latent => SummariseAsync(scalar, latent, cancellationToken)));
        foreach (var (latent, summary) in ranking.Latents.Zip(summaries))
        {
            ranking.Summaries[latent].Add(summary);
        }
    }

    public string? RankedBy(string autoencoder, int layer) => _rankings.GetValueOrDefault((autoencoder, layer))?.Scalar;

    public IReadOnlyList<LatentSummary> SummariesOf(string autoencoder, int layer) =>
        _rankings.GetValueOrDefault((autoencoder, layer)) is { } ranking
        ? [.. ranking.Latents.Select(latent => new LatentSummary(latent, ranking.Summaries[latent]))]
        : [];

    private async Task<LatentScalarSummary> SummariseAsync(ScalarStatistics scalar, int latent, CancellationToken cancellationToken)
    {
        var state = scalar.Statistics[latent];
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
            await ExamplesAsync(state?.Positive.Examples.All.ToArray() ?? [], cancellationToken),
            await ExamplesAsync(state?.Negative.Examples.All.ToArray() ?? [], cancellationToken));
    }

    private async Task<IReadOnlyList<ExampleSummary>> ExamplesAsync(TopExample[] examples, CancellationToken cancellationToken) =>
        await Task.WhenAll(examples.Take(options.Examples).Select(async example =>
        {
            var (value, place) = example;
            var (shard, sequence) = sequences.Find(place.Sequence);
            var context = options.Contexts is null ? null : await options.Contexts.ReadAsync(
                shard, sequence, place.Position, cancellationToken);
            return new ExampleSummary(
                value, place.Sequence, shard, sequence, place.Position, place.Token < 0 ? null : place.Token, context);
        }));

    private sealed record Ranking(string Scalar, IReadOnlyList<int> Latents)
    {
        public Dictionary<int, List<LatentScalarSummary>> Summaries { get; } = Latents.ToDictionary(
            latent => latent, _ => new List<LatentScalarSummary>());
    }
}
