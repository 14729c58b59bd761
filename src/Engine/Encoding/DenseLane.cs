using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Numerics;

namespace AeServerless.Engine.Encoding;

/// <summary>
/// Encodes a tile by computing every pre-activation exactly: for activations of which no bound rules anything out, and encoders of two
/// products.
/// </summary>
internal sealed class DenseLane(Autoencoder autoencoder)
{
    // Rows whose weights are read once, while their pre-activations stay in cache.
    private const int RowsTogether = 8;

    private readonly float[] _mapped = new float[RowsTogether * autoencoder.InputSize];
    private readonly float[] _preActs = new float[RowsTogether * autoencoder.LatentCount];
    private readonly float[] _ranks = new float[autoencoder.LatentCount];
    private readonly float[] _ascending = new float[autoencoder.LatentCount];
    private readonly List<(int Latent, float Value)> _pairs = [];

    /// <summary>Whether an autoencoder is computed in this way.</summary>
    public static bool IsFor(Autoencoder autoencoder) =>
        autoencoder.GluEncoder is not null || autoencoder.Activation.Kind is ActivationKind.TopKSigned or ActivationKind.TopKMagnitude;

    /// <summary>Encodes a tile.</summary>
    /// <param name="inputs">[rows, input]</param>
    /// <param name="rows">Rows of the tile.</param>
    /// <param name="into">Receives the non-zeros.</param>
    public void Encode(ReadOnlySpan<float> inputs, int rows, EncodedTile into)
    {
        var (width, latents) = (autoencoder.InputSize, autoencoder.LatentCount);
        into.Rows = rows;
        _pairs.Clear();
        for (var first = 0; first < rows; first += RowsTogether)
        {
            var count = Math.Min(RowsTogether, rows - first);
            for (var row = 0; row < count; row++)
            {
                InputMapping.Apply(autoencoder, inputs.Slice((first + row) * width, width), _mapped.AsSpan(row * width, width));
            }

            PreActivations(count);
            for (var row = 0; row < count; row++)
            {
                var before = _pairs.Count;
                var preActs = _preActs.AsSpan(row * latents, latents);
                into.NonFinite[first + row] = !FiniteCheck.AllFinite(preActs);
                if (!into.NonFinite[first + row])
                {
                    Activate(preActs);
                }

                into.RowCounts[first + row] = _pairs.Count - before;
            }
        }

        into.Grow(_pairs.Count);
        for (var i = 0; i < _pairs.Count; i++)
        {
            (into.Latents[i], into.Values[i]) = _pairs[i];
        }

        if (autoencoder.Activation.Kind is ActivationKind.TopK or ActivationKind.GroupMax)
        {
            into.Choose(autoencoder);
        }
    }

    private void PreActivations(int rows)
    {
        var (width, latents) = (autoencoder.InputSize, autoencoder.LatentCount);
        for (var latent = 0; latent < latents; latent++)
        {
            var weights = autoencoder.EncoderRow(latent);
            for (var row = 0; row < rows; row++)
            {
                var mapped = _mapped.AsSpan(row * width, width);
                var z = FixedOrder.Dot(mapped, weights) + autoencoder.LatentBias[latent];
                if (autoencoder.GluEncoder is { } glu)
                {
                    var gate = FixedOrder.Dot(mapped, glu.Row(latent)) + autoencoder.GluBias![latent];
                    z = (float)(z / (1 + Math.Exp(-(double)gate)));
                }

                _preActs[(row * latents) + latent] = z;
            }
        }
    }

    private void Activate(ReadOnlySpan<float> preActs)
    {
        var activation = autoencoder.Activation;
        var least = activation.Kind is ActivationKind.TopKSigned or ActivationKind.TopKMagnitude
            ? LeastRank(preActs)
            : float.NegativeInfinity;
        var (above, k) = (0, activation.K);
        foreach (var rank in least > float.NegativeInfinity ? _ranks.AsSpan() : [])
        {
            above += rank > least ? 1 : 0;
        }

        var ofLeast = k - above;
        for (var latent = 0; latent < preActs.Length; latent++)
        {
            if (least > float.NegativeInfinity && !(_ranks[latent] > least || (_ranks[latent] == least && ofLeast-- > 0)))
            {
                continue;
            }

            var value = activation.Of(preActs[latent], latent);
            if (value != 0)
            {
                _pairs.Add((latent, value));
            }
        }
    }

    /// <summary>The rank of the k-th of a token's latents; fills the ranks of all.</summary>
    private float LeastRank(ReadOnlySpan<float> preActs)
    {
        var activation = autoencoder.Activation;
        for (var latent = 0; latent < preActs.Length; latent++)
        {
            var rank = activation.Kind == ActivationKind.TopKMagnitude ? Math.Abs(preActs[latent]) : preActs[latent];
            _ranks[latent] = activation.SelectionScale is { } scale ? rank * scale[latent] : rank;
        }

        _ranks.CopyTo(_ascending, 0);
        Array.Sort(_ascending);
        return _ascending[^activation.K];
    }
}
