using AeServerless.Engine.Numerics;

namespace AeServerless.Engine.Results.Tables;

/// <summary>
/// Exact sums that each have limbs of their own, as tensors: of each row the index of its lowest limb, how many it has, whether it is
/// negative, and magnitudes, the least significant first. Equal sums have equal tensors.
/// </summary>
/// <param name="tensors">The file that they go to.</param>
internal sealed class WindowedSumColumns(TensorSet tensors)
{
    private readonly Column<int> _firsts = tensors.Column<int>();
    private readonly Column<int> _lengths = tensors.Column<int>();
    private readonly Column<int> _negative = tensors.Column<int>();
    private readonly Column<uint> _limbs = tensors.Column<uint>();

    /// <summary>Adds a row; the sum is normalised.</summary>
    public void Add(in WindowedSum sum)
    {
        var limbs = sum.Limbs(out var first);
        _firsts.Add(first);
        _lengths.Add(limbs.Length);
        _negative.Add(limbs.ContainsAnyInRange(long.MinValue, -1) ? 1 : 0);
        foreach (var limb in limbs)
        {
            _limbs.Add((uint)Math.Abs(limb));
        }
    }

    /// <summary>Adds the tensors to the file.</summary>
    /// <param name="name">What their names start with.</param>
    public void AddTo(string name)
    {
        if (_limbs.Count == 0)
        {
            // Some readers reject tensors without elements.
            _limbs.Add(0);
        }

        tensors.AddWholeNumbers(name + "_first_limbs", _firsts);
        tensors.AddWholeNumbers(name + "_lengths", _lengths);
        tensors.AddWholeNumbers(name + "_negative", _negative);
        tensors.Add(name + "_limbs", _limbs);
    }
}
