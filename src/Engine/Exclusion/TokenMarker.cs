using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Computation;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Planning;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Scalars;
using AeServerless.Engine.Statistics;

namespace AeServerless.Engine.Exclusion;

/// <summary>Decides which tokens of a chunk do not count, from the recipe and the dataset's mask.</summary>
/// <param name="computation">Computes the plan's chunks, and none while norms are taken.</param>
public sealed class TokenMarker(ChunkComputation computation)
{
    private readonly DerivationPlan _plan = computation.Plan;

    /// <summary>
    /// The median norm of the shard's rows that each autoencoder reads: those that are finite, and the mean of the middle two where their
    /// number is even. Not a number where none is.
    /// </summary>
    /// <param name="shard">The shard; all of it is read.</param>
    /// <param name="rows">Rows of the shard's tensors.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>Empty where the recipe does not go by norms.</returns>
    public async Task<IReadOnlyDictionary<AutoencoderKey, double>> MedianNormsAsync(
        Shard shard, IRowSource rows, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(shard);
        ArgumentNullException.ThrowIfNull(rows);
        if (_plan.NormAutoencoders.Count == 0)
        {
            return ChunkMarks.None.MedianNorms;
        }

        var finite = _plan.NormAutoencoders.ToDictionary(key => key, _ => new List<double>());
        var (norms, inputs) = Norms();
        using (inputs)
        {
            foreach (var range in ChunkPlanner.Split(0, 0, shard.SequenceLengths, Recipe.MaxChunkTokens))
            {
                await inputs.ComputeAsync(rows, range, norms, lastTileStarted: null, cancellationToken);
                foreach (var (key, values) in norms.OfChunk)
                {
                    finite[key].AddRange(values.Where(double.IsFinite));
                }
            }
        }

        return finite.ToDictionary(pair => pair.Key, pair => Median(pair.Value));
    }

    /// <summary>Marks a chunk's tokens.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="rows">Rows of the shard's tensors.</param>
    /// <param name="range">The chunk.</param>
    /// <param name="tokenIds">The ids of its tokens. [tokens]</param>
    /// <param name="medianNorms">What <see cref="MedianNormsAsync"/> gave for the shard.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public async Task<ChunkMarks> MarkAsync(
        Shard shard,
        IRowSource rows,
        ChunkRange range,
        ReadOnlyMemory<long> tokenIds,
        IReadOnlyDictionary<AutoencoderKey, double> medianNorms,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(shard);
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(range);
        ArgumentNullException.ThrowIfNull(medianNorms);
        var mask = await shard.ReadMaskAsync(range.FirstRow, range.Tokens, cancellationToken);
        if (mask is null && !_plan.ExcludesTokens)
        {
            return ChunkMarks.None;
        }

        var norms = await NormsAsync(rows, range, cancellationToken);
        var made = new Dictionary<(TokenExclusion?, AutoencoderKey?), ReadOnlyMemory<TokenMark>>();
        var outputs = new Dictionary<DerivedOutput, ReadOnlyMemory<TokenMark>>();
        foreach (var output in _plan.Outputs)
        {
            Set(outputs, output, _plan.ExclusionOf(output), output.Autoencoder);
        }

        var autoencoders = new Dictionary<AutoencoderKey, ReadOnlyMemory<TokenMark>>();
        foreach (var autoencoder in _plan.Autoencoders)
        {
            Set(autoencoders, autoencoder, _plan.Recipe.Exclude, autoencoder);
        }

        return new ChunkMarks(outputs, autoencoders, medianNorms);

        void Set<TKey>(
            Dictionary<TKey, ReadOnlyMemory<TokenMark>> marks, TKey key, TokenExclusion? exclusion, AutoencoderKey? autoencoder)
            where TKey : notnull
        {
            if (mask is null && exclusion is null or { IsEmpty: true })
            {
                return;
            }

            var sameAs = (exclusion, exclusion?.NormAbove is null ? null : autoencoder);
            if (!made.TryGetValue(sameAs, out var tokens))
            {
                var limit = exclusion?.NormAbove is { } above ? above * medianNorms[autoencoder!.Value] : double.NaN;
                tokens = Mark(exclusion, range, tokenIds.Span, mask, double.IsNaN(limit) ? null : norms[autoencoder!.Value], limit);
                made.Add(sameAs, tokens);
            }

            marks.Add(key, tokens);
        }
    }

    private static TokenMark[] Mark(
        TokenExclusion? exclusion, ChunkRange range, ReadOnlySpan<long> tokenIds, byte[]? mask, double[]? norms, double limit)
    {
        var marks = new TokenMark[range.Tokens];
        var positions = new HashSet<int>(exclusion?.Positions ?? []);
        var ids = new HashSet<long>((exclusion?.TokenIds ?? []).Select(id => (long)id));
        var token = 0;
        foreach (var length in range.SequenceLengths)
        {
            for (var position = 0; position < length; position++, token++)
            {
                marks[token] = mask is not null && mask[token] == 0 ? TokenMark.Masked
                    : positions.Contains(position) ? TokenMark.Position
                    : ids.Count > 0 && ids.Contains(tokenIds[token]) ? TokenMark.TokenId
                    : norms is not null && norms[token] > limit ? TokenMark.Norm
                    : TokenMark.Counts;
            }
        }

        return marks;
    }

    private static double Median(List<double> values)
    {
        if (values.Count == 0)
        {
            return double.NaN;
        }

        values.Sort();
        var middle = values.Count / 2;
        return values.Count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }

    private async Task<IReadOnlyDictionary<AutoencoderKey, double[]>> NormsAsync(
        IRowSource rows, ChunkRange range, CancellationToken cancellationToken)
    {
        if (_plan.NormAutoencoders.Count == 0)
        {
            return new Dictionary<AutoencoderKey, double[]>();
        }

        var (norms, inputs) = Norms();
        using (inputs)
        {
            await inputs.ComputeAsync(rows, range, norms, lastTileStarted: null, cancellationToken);
        }

        return norms.OfChunk;
    }

    private (TokenNorms Norms, ChunkComputation Inputs) Norms()
    {
        var plan = _plan.AutoencoderInputs();
        return (new TokenNorms(plan), new ChunkComputation(plan, computation.Weights, computation.Engine));
    }
}
