using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Scalars;
using AeServerless.Engine.Statistics;

namespace AeServerless.Engine.Exclusion;

/// <summary>Which tokens of a chunk do not count, in each output and in each autoencoder's own statistics.</summary>
public sealed class ChunkMarks
{
    private readonly IReadOnlyDictionary<DerivedOutput, ReadOnlyMemory<TokenMark>> _outputs;
    private readonly IReadOnlyDictionary<AutoencoderKey, ReadOnlyMemory<TokenMark>> _autoencoders;

    internal ChunkMarks(
        IReadOnlyDictionary<DerivedOutput, ReadOnlyMemory<TokenMark>> outputs,
        IReadOnlyDictionary<AutoencoderKey, ReadOnlyMemory<TokenMark>> autoencoders,
        IReadOnlyDictionary<AutoencoderKey, double> medianNorms)
    {
        _outputs = outputs;
        _autoencoders = autoencoders;
        MedianNorms = medianNorms;
    }

    /// <summary>All tokens count.</summary>
    public static ChunkMarks None { get; } = new(
        new Dictionary<DerivedOutput, ReadOnlyMemory<TokenMark>>(),
        new Dictionary<AutoencoderKey, ReadOnlyMemory<TokenMark>>(),
        new Dictionary<AutoencoderKey, double>());

    /// <summary>The shard's median norm of what each autoencoder reads, where norms decide.</summary>
    public IReadOnlyDictionary<AutoencoderKey, double> MedianNorms { get; }

    /// <summary>The marks of the chunk's tokens in an output; empty where nothing excludes tokens from it. [tokens]</summary>
    public ReadOnlyMemory<TokenMark> Of(DerivedOutput output) => _outputs.GetValueOrDefault(output);

    /// <summary>The marks of the chunk's tokens in an autoencoder's own statistics; empty where nothing excludes them. [tokens]</summary>
    public ReadOnlyMemory<TokenMark> Of(AutoencoderKey autoencoder) => _autoencoders.GetValueOrDefault(autoencoder);
}
