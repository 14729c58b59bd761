using System.Runtime.InteropServices;
using AeServerless.Engine.Autoencoders;
using static TorchSharp.torch;

namespace AeServerless.Engine.Encoding;

/// <summary>
/// Encodes tokens into their non-zero latents. A matrix product only decides where to look: each latent that its rounding bound can't rule
/// out is computed again by <see cref="FixedOrder"/>, so a value does not depend on tile, thread or screening.
/// </summary>
public sealed class LatentEncoder : IDisposable
{
    /// <summary>Unit roundoff of float32.</summary>
    private const double UnitRoundoff = 1.0 / (1 << 24);

    private readonly Autoencoder _autoencoder;
    private readonly EncoderOptions _options;
    private readonly Tensor _weight; // [latents, input]
    private readonly double[] _norms; // [latents]
    private readonly List<(float Value, int Latent)> _row = [];
    private readonly List<int> _latents = [];
    private readonly List<float> _values = [];

    /// <summary>Prepares the autoencoder's weights for screening.</summary>
    /// <param name="autoencoder">The weights; they are read, not copied, by the exact computation.</param>
    /// <param name="options">How to run.</param>
    public LatentEncoder(Autoencoder autoencoder, EncoderOptions options)
    {
        ArgumentNullException.ThrowIfNull(autoencoder);
        ArgumentNullException.ThrowIfNull(options);
        _autoencoder = autoencoder;
        _options = options;
        _weight = tensor(autoencoder.EncoderWeight, autoencoder.LatentCount, autoencoder.InputSize).DetachFromDisposeScope();
        _norms = [.. Enumerable.Range(0, autoencoder.LatentCount).Select(latent => Math.Sqrt(FixedOrder.SquaredNorm(autoencoder.EncoderRow(latent))))];
    }

    /// <summary>Encodes <paramref name="tokens"/> rows of <paramref name="inputs"/>.</summary>
    /// <param name="inputs">The autoencoder's inputs, row by row. [tokens, input]</param>
    /// <param name="tokens">Number of rows.</param>
    /// <param name="into">Receives the non-zero latents; its former content is lost.</param>
    public void Encode(ReadOnlySpan<float> inputs, int tokens, SparseLatents into)
    {
        ArgumentNullException.ThrowIfNull(into);
        ArgumentOutOfRangeException.ThrowIfNotEqual(inputs.Length, tokens * _autoencoder.InputSize);
        _latents.Clear();
        _values.Clear();
        into.BeginRows(tokens);
        for (var first = 0; first < tokens; first += _options.TileTokens)
        {
            EncodeTile(inputs, first, Math.Min(_options.TileTokens, tokens - first), into);
        }

        into.EndRows();
        CollectionsMarshal.AsSpan(_latents).CopyTo(into.MutableLatents);
        CollectionsMarshal.AsSpan(_values).CopyTo(into.MutableValues);
    }

    /// <inheritdoc />
    public void Dispose() => _weight.Dispose();

    private void EncodeTile(ReadOnlySpan<float> inputs, int first, int tokens, SparseLatents into)
    {
        using var scope = NewDisposeScope();
        var width = _autoencoder.InputSize;
        var centred = new float[tokens * width];
        for (var i = 0; i < centred.Length; i++)
        {
            centred[i] = inputs[(first * width) + i] - _autoencoder.PreBias[i % width];
        }

        var screen = tensor(centred, tokens, width).matmul(_weight.t()).data<float>().ToArray(); // [tokens, latents]
        for (var token = 0; token < tokens; token++)
        {
            var row = centred.AsSpan(token * width, width);
            EncodeRow(row, screen.AsSpan(token * _autoencoder.LatentCount, _autoencoder.LatentCount), first + token, into);
            into.MutableRowStarts[first + token + 1] = _latents.Count;
        }
    }

    private void EncodeRow(ReadOnlySpan<float> row, ReadOnlySpan<float> screen, int token, SparseLatents into)
    {
        var norm = Math.Sqrt(FixedOrder.SquaredNorm(row));
        if (!double.IsFinite(norm))
        {
            into.MutableNonFinite[token] = true;
            return;
        }

        // Screen and exact value both differ from the true product by at most (n + 2)·u·‖x‖·‖w‖, and by 2⁻¹²⁶ a term where products underflow.
        var relative = 2.1 * (row.Length + 2) * UnitRoundoff * norm;
        var absolute = 4.0 * row.Length * Math.ScaleB(1, -126);
        _row.Clear();
        for (var latent = 0; latent < screen.Length; latent++)
        {
            var z = screen[latent] + (double)_autoencoder.LatentBias[latent];
            var margin = (relative * _norms[latent]) + (4 * UnitRoundoff * Math.Abs(z)) + absolute;
            if (_autoencoder.Activation.Kind == ActivationKind.ReLU && z + margin <= 0)
            {
                continue;
            }

            var exact = FixedOrder.Dot(row, _autoencoder.EncoderRow(latent)) + _autoencoder.LatentBias[latent];
            if (!float.IsFinite(exact))
            {
                into.MutableNonFinite[token] = true;
                return;
            }

            if (exact > 0 || (exact < 0 && _autoencoder.Activation.Kind == ActivationKind.Identity))
            {
                _row.Add((exact, latent));
            }
        }

        if (_autoencoder.Activation.Kind == ActivationKind.TopK && _row.Count > _autoencoder.Activation.K)
        {
            _row.Sort((a, b) => a.Value != b.Value ? b.Value.CompareTo(a.Value) : a.Latent.CompareTo(b.Latent));
            _row.RemoveRange(_autoencoder.Activation.K, _row.Count - _autoencoder.Activation.K);
            _row.Sort((a, b) => a.Latent.CompareTo(b.Latent));
        }

        foreach (var (value, latent) in _row)
        {
            _latents.Add(latent);
            _values.Add(value);
        }
    }
}
