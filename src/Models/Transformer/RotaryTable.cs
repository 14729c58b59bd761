using AeServerless.Models.Configuration;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace AeServerless.Models.Transformer;

/// <summary>Cosines and sines of rotary angles by position, computed in float64 and rounded once.</summary>
internal sealed class RotaryTable(Rope rope, torch.Device device) : IDisposable
{
    private readonly Lock _growing = new();
    private (Tensor Cosines, Tensor Sines)? _table;

    /// <summary>The angles of positions.</summary>
    /// <param name="positions"><c>[tokens]</c>.</param>
    /// <param name="length">All are below this.</param>
    public Rotation At(Tensor positions, int length)
    {
        lock (_growing)
        {
            if (_table is not { } table || table.Cosines.shape[0] < length)
            {
                Dispose();
                table = Build(length);
                _table = table;
            }

            return new Rotation(table.Cosines.index_select(0, positions).unsqueeze(1), table.Sines.index_select(0, positions).unsqueeze(1));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _table?.Cosines.Dispose();
        _table?.Sines.Dispose();
        _table = null;
    }

    private (Tensor Cosines, Tensor Sines) Build(int length)
    {
        var half = rope.InverseFrequencies.Count;
        var cosines = new float[length * half];
        var sines = new float[length * half];
        for (var position = 0; position < length; position++)
        {
            for (var i = 0; i < half; i++)
            {
                var (sine, cosine) = Math.SinCos((double)position * rope.InverseFrequencies[i]);
                (sines[position * half + i], cosines[position * half + i]) = ((float)sine, (float)cosine);
            }
        }

        Tensor Table(float[] values) => torch.tensor(values, [length, half], device: device).DetachFromDisposeScope();
        return (Table(cosines), Table(sines));
    }
}
