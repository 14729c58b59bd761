using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Encoding.Screening;
using AeServerless.Engine.Runtime;
using AeServerless.Engine.Transformers;

namespace AeServerless.Engine.Graph;

/// <summary>
/// The parts of the model and of the autoencoders that a plan computes with, and what follows from them alone (what latents write, norms).
/// Load them once and compute any number of chunks with them.
/// </summary>
public sealed class PlanWeights : IDisposable
{
    private readonly Dictionary<WeightNeed, float[]> _arrays = [];
    private readonly Dictionary<AutoencoderKey, LatentDirections> _writeDirections = [];
    private readonly Dictionary<AutoencoderKey, Autoencoder> _autoencoders = [];
    private readonly Dictionary<int, ITransformerBlock> _blocks = [];
    private readonly ConcurrentDictionary<AutoencoderKey, Lazy<ScreenChoice>> _screens = [];

    private UnembeddingWeights? _unembedding;

    internal PlanWeights()
    {
    }

    /// <summary>The final norm and the unembedding, for plans that need them.</summary>
    internal UnembeddingWeights Unembedding => _unembedding ?? throw new InvalidOperationException("The plan needs no unembedding.");

    /// <summary>What an autoencoder's latents write to the residual stream, <c>[latents, d_model]</c>, for plans that need it.</summary>
    public LatentDirections WriteDirections(AutoencoderKey autoencoder) => _writeDirections[autoencoder];

    /// <summary>What an autoencoder's latents add to its reconstruction, <c>[latents, output]</c>.</summary>
    public LatentDirections Decoder(AutoencoderKey autoencoder) => _autoencoders[autoencoder].Decoder;

    /// <inheritdoc />
    public void Dispose()
    {
        _unembedding?.Dispose();
        foreach (var screens in _screens.Values.Where(screens => screens.IsValueCreated))
        {
            screens.Value.Dispose();
        }

        foreach (var block in _blocks.Values)
        {
            block.Dispose();
        }
    }

    internal float[] Array(WeightNeed need) => _arrays[need];

    internal Autoencoder Autoencoder(AutoencoderKey autoencoder) => _autoencoders[autoencoder];

    /// <summary>What all encoders of an autoencoder screen with. Screens are made when they are needed.</summary>
    internal ScreenChoice Screens(AutoencoderKey autoencoder, EngineContext engine) => _screens.GetOrAdd(
        autoencoder, key =>
            new Lazy<ScreenChoice>(() => new ScreenChoice(Autoencoder(key), ScreeningFormat.Auto, null, engine.ScreeningCosts.At))).Value;

    internal ITransformerBlock Block(int layer) => _blocks[layer];

    internal bool TryGet(WeightNeed need, [NotNullWhen(true)] out float[]? values) => _arrays.TryGetValue(need, out values);

    internal bool TryGet(AutoencoderKey autoencoder, [NotNullWhen(true)] out LatentDirections? directions) =>
        _writeDirections.TryGetValue(autoencoder, out directions);

    internal void Add(WeightNeed need, float[] values) => _arrays.Add(need, values);

    internal void Add(AutoencoderKey key, Autoencoder autoencoder) => _autoencoders.Add(key, autoencoder);

    internal void Add(AutoencoderKey key, LatentDirections writeDirections) => _writeDirections.Add(key, writeDirections);

    internal void Add(int layer, ITransformerBlock block) => _blocks.Add(layer, block);

    internal void Add(UnembeddingWeights unembedding) => _unembedding = unembedding;
}
