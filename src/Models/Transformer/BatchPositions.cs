using AeServerless.Models.Configuration;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace AeServerless.Models.Transformer;

/// <summary>
/// What the layers need of the positions of a batch: angles and masks. Tensors belong to the dispose scope that was open when it was
/// made.
/// </summary>
internal sealed class BatchPositions
{
    private readonly Dictionary<Rope, Rotation> _rotations = [];
    private readonly Dictionary<(int Length, int? Window), Tensor?> _masks = [];

    public BatchPositions(
        SequenceBatch batch,
        Architecture architecture,
        IEnumerable<LayerArchitecture> layers,
        IReadOnlyDictionary<Rope, RotaryTable> tables,
        torch.Device device)
    {
        var longest = batch.Lengths.Max();
        foreach (var layer in layers)
        {
            if (layer.Rope is { } rope && !_rotations.ContainsKey(rope))
            {
                _rotations.Add(rope, tables[rope].At(batch.Positions, longest));
            }

            foreach (var (_, length) in batch.Runs)
            {
                var window = layer.Window < length ? layer.Window : null;
                if (!_masks.ContainsKey((length, window)))
                {
                    var causal = window is null && architecture.ScoreCap is null;
                    _masks.Add((length, window), causal ? null : Attention.Mask(length, window, device));
                }
            }
        }
    }

    /// <summary>The angles of a layer; null where positions are learned.</summary>
    public Rotation? Rotation(LayerArchitecture layer) => layer.Rope is { } rope ? _rotations[rope] : null;

    /// <summary>The mask of a layer for sequences of a length; null where causality is all, and scores are not capped.</summary>
    public Tensor? Mask(LayerArchitecture layer, int length) => _masks[(length, layer.Window < length ? layer.Window : null)];
}
