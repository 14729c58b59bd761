using AeServerless.Engine.Numerics;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace AeServerless.Models.Transformer;

/// <summary>Rotary angles of the tokens of a batch.</summary>
/// <param name="Cosines"><c>[tokens, 1, rotated / 2]</c>.</param>
/// <param name="Sines"><c>[tokens, 1, rotated / 2]</c>.</param>
internal sealed record Rotation(Tensor Cosines, Tensor Sines)
{
    /// <summary>
    /// Rotates the first values of each head: value i together with value i + half of the rotated ones. <c>[tokens, heads, d_head]</c>.
    /// </summary>
    public Tensor Apply(Tensor heads)
    {
        var half = Cosines.shape[2];
        var rest = heads.shape[2] - 2 * half;
        var first = heads.narrow(2, 0, half);
        var second = heads.narrow(2, half, half);
        var rotatedFirst = first.mul(Cosines).MinusProduct(second, Sines);
        var rotatedSecond = second.mul(Cosines).PlusProduct(first, Sines);
        return rest == 0
            ? torch.cat([rotatedFirst, rotatedSecond], 2)
            : torch.cat([rotatedFirst, rotatedSecond, heads.narrow(2, 2 * half, rest)], 2);
    }
}
