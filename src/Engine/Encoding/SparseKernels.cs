using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using AeServerless.Engine.Autoencoders;

namespace AeServerless.Engine.Encoding;

/// <summary>
/// What can be derived from latents at a cost that grows with the non-zeros. Each value depends on its own row alone, in a fixed order, however
/// many threads share the rows. Kernels that read a weight row for each non-zero go through their share in order of latents, so that a weight
/// row comes from memory once while the tokens' rows stay in cache.
/// </summary>
public static unsafe class SparseKernels
{
    /// <summary>‖row‖₂ of each row, computed in float64 and rounded once.</summary>
    /// <param name="rows">[rows, width]</param>
    /// <param name="width">Width of a row.</param>
    /// <returns>[rows]</returns>
    public static float[] RowNorms(ReadOnlySpan<float> rows, int width)
    {
        var norms = new float[rows.Length / width];
        for (var row = 0; row < norms.Length; row++)
        {
            norms[row] = (float)Math.Sqrt(FixedOrder.SquaredNorm(rows.Slice(row * width, width)));
        }

        return norms;
    }

    /// <summary>value[t, a] · <paramref name="factors"/>[a], as for write norms.</summary>
    /// <param name="latents">The non-zeros.</param>
    /// <param name="factors">One factor per latent. [latents]</param>
    /// <param name="into">Receives the same pairs with the products; may be <paramref name="latents"/>.</param>
    public static void Scale(SparseLatents latents, ReadOnlySpan<float> factors, SparseLatents into)
    {
        ArgumentNullException.ThrowIfNull(latents);
        ArgumentNullException.ThrowIfNull(into);
        var values = into.TakeStructure(latents);
        var source = latents.Values;
        var indices = latents.Latents;
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = source[i] * factors[indices[i]];
        }
    }

    /// <summary>Σ_d directions[a, d] · gradients[t, d] for each non-zero (t, a): the gradient along what the latent writes.</summary>
    /// <param name="latents">The non-zeros.</param>
    /// <param name="directions">One direction per latent. [latents, d]</param>
    /// <param name="gradients">One gradient per token. [tokens, d]</param>
    /// <param name="width">d.</param>
    /// <param name="into">Receives the same pairs with the projections; not <paramref name="latents"/>.</param>
    /// <param name="team">Threads that share the tokens; none: the caller's alone.</param>
    public static void Project(
        SparseLatents latents, ReadOnlySpan<float> directions, ReadOnlySpan<float> gradients, int width, SparseLatents into, ThreadTeam? team = null)
    {
        ArgumentNullException.ThrowIfNull(latents);
        ArgumentNullException.ThrowIfNull(into);
        ArgumentOutOfRangeException.ThrowIfNotEqual(gradients.Length, latents.Tokens * width);
        _ = into.TakeStructure(latents);
        fixed (float* firstDirection = directions, firstGradient = gradients)
        {
            var (allDirections, allGradients) = ((nint)firstDirection, (nint)firstGradient);
            Share(latents, team, (first, last) =>
            {
                var share = new LatentMajor(latents, first, last);
                var values = into.MutableValues;
                while (share.Next())
                {
                    ref var gradient = ref Row(allGradients, share.Token, width);
                    FixedOrder.Prefetch(ref Row(allGradients, share.NextToken, width), width);
                    values[share.Pair] = FixedOrder.Dot(ref Row(allDirections, share.Latent, width), ref gradient, width);
                }
            });
        }
    }

    /// <summary>left[t, a] · right[t, a] where both have the same pairs, as for activation times gradient.</summary>
    /// <param name="left">The non-zeros.</param>
    /// <param name="right">Other values of the same pairs.</param>
    /// <param name="into">Receives the products; may be one of the two.</param>
    public static void Multiply(SparseLatents left, SparseLatents right, SparseLatents into)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        ArgumentNullException.ThrowIfNull(into);
        ArgumentOutOfRangeException.ThrowIfNotEqual(right.Count, left.Count);
        TensorPrimitives.Multiply(left.Values, right.Values, into.TakeStructure(left));
    }

    /// <summary>left[t, a] · right[t, a] with <paramref name="right"/> dense, as for a recorded gradient of the latents.</summary>
    /// <param name="left">The non-zeros.</param>
    /// <param name="right">[tokens, latents]</param>
    /// <param name="latentCount">Number of latents: the width of <paramref name="right"/>.</param>
    /// <param name="into">Receives the products; may be <paramref name="left"/>.</param>
    public static void MultiplyDense(SparseLatents left, ReadOnlySpan<float> right, int latentCount, SparseLatents into)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(into);
        ArgumentOutOfRangeException.ThrowIfNotEqual(right.Length, left.Tokens * latentCount);
        var values = into.TakeStructure(left);
        for (var token = 0; token < left.Tokens; token++)
        {
            for (var i = left.RowStarts[token]; i < left.RowStarts[token + 1]; i++)
            {
                values[i] = left.Values[i] * right[(token * latentCount) + left.Latents[i]];
            }
        }
    }

    /// <summary>The non-zeros of recorded dense latents.</summary>
    /// <param name="dense">[tokens, latents]</param>
    /// <param name="tokens">Number of rows.</param>
    /// <param name="into">Receives the non-zeros; rows with NaN or infinity are empty and marked.</param>
    public static void Gather(ReadOnlySpan<float> dense, int tokens, SparseLatents into)
    {
        ArgumentNullException.ThrowIfNull(into);
        var width = tokens == 0 ? 0 : dense.Length / tokens;
        into.BeginRows(tokens);
        var count = 0;
        for (var token = 0; token < tokens; token++)
        {
            var row = dense.Slice(token * width, width);
            into.MutableNonFinite[token] = row.ContainsAnyExceptInRange(float.MinValue, float.MaxValue);
            count += into.NonFinite[token] ? 0 : width - row.Count(0f);
            into.MutableRowStarts[token + 1] = count;
        }

        into.EndRows();
        var at = 0;
        for (var token = 0; token < tokens; token++)
        {
            for (var latent = 0; latent < width && !into.NonFinite[token]; latent++)
            {
                var value = dense[(token * width) + latent];
                if (value != 0)
                {
                    into.MutableLatents[at] = latent;
                    into.MutableValues[at++] = value;
                }
            }
        }
    }

    /// <summary>Reconstruction Σ_a value[t, a] · decoder[a, ·] + pre_bias, latents in ascending order. Rows without latents give pre_bias.</summary>
    /// <param name="latents">The non-zeros.</param>
    /// <param name="autoencoder">Whose decoder to use.</param>
    /// <param name="into">[tokens, input]</param>
    /// <param name="team">Threads that share the tokens; none: the caller's alone.</param>
    public static void Decode(SparseLatents latents, Autoencoder autoencoder, Span<float> into, ThreadTeam? team = null)
    {
        ArgumentNullException.ThrowIfNull(latents);
        ArgumentNullException.ThrowIfNull(autoencoder);
        var width = autoencoder.InputSize;
        ArgumentOutOfRangeException.ThrowIfNotEqual(into.Length, latents.Tokens * width);
        fixed (float* firstRow = into, firstDirection = autoencoder.DecoderWeight)
        {
            var (rows, directions) = ((nint)firstRow, (nint)firstDirection);
            Share(latents, team, (first, last) =>
            {
                new Span<float>((float*)rows + ((nint)first * width), (last - first) * width).Clear();

                // In order of latents, each token's are added in ascending order too.
                var share = new LatentMajor(latents, first, last);
                while (share.Next())
                {
                    ref var row = ref Row(rows, share.Token, width);
                    FixedOrder.Prefetch(ref Row(rows, share.NextToken, width), width);
                    FixedOrder.AddScaled(ref row, latents.Values[share.Pair], ref Row(directions, share.Latent, width), width);
                }

                for (var token = first; token < last; token++)
                {
                    FixedOrder.AddScaled(ref Row(rows, token, width), 1, ref MemoryMarshal.GetArrayDataReference(autoencoder.PreBias), width);
                }
            });
        }
    }

    private static ref float Row(nint first, int row, int width) => ref Unsafe.AsRef<float>((float*)first + ((nint)row * width));

    /// <summary>Cuts the tokens into one run for each thread.</summary>
    private static void Share(SparseLatents latents, ThreadTeam? team, Action<int, int> work)
    {
        var tokens = latents.Tokens;
        if (team is null || team.Threads == 1 || tokens < team.Threads)
        {
            work(0, tokens);
            return;
        }

        var threads = team.Threads;
        team.Run(threads, (_, part) => work((int)((long)tokens * part / threads), (int)((long)tokens * (part + 1) / threads)));
    }

    /// <summary>Goes through the pairs of some tokens in order of latents, tokens ascending in each.</summary>
    private ref struct LatentMajor
    {
        [ThreadStatic]
        private static LatentOrder? _ordering;

        private readonly int _firstPair;
        private readonly ReadOnlySpan<int> _order;
        private readonly ReadOnlySpan<int> _tokens;
        private readonly ReadOnlySpan<int> _latents;
        private int _at = -1;

        public LatentMajor(SparseLatents latents, int firstToken, int lastToken)
        {
            var ordering = _ordering ??= new LatentOrder();
            _firstPair = latents.RowStarts[firstToken];
            _latents = latents.Latents[_firstPair..latents.RowStarts[lastToken]];
            _tokens = ordering.Tokens(latents.RowStarts, firstToken, lastToken);
            _order = ordering.Order(_latents);
        }

        public readonly int Pair => _firstPair + _order[_at];

        public readonly int Latent => _latents[_order[_at]];

        public readonly int Token => _tokens[_order[_at]];

        public readonly int NextToken => _tokens[_order[Math.Min(_at + 1, _order.Length - 1)]];

        public bool Next() => ++_at < _order.Length;
    }
}
