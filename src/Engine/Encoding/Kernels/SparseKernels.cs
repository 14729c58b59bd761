using System.Numerics.Tensors;
using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Encoding.Sparse;
using AeServerless.Engine.Numerics;

namespace AeServerless.Engine.Encoding.Kernels;

/// <summary>
/// What can be derived from latents at a cost that grows with the non-zeros. Each value depends on its own row alone, in a fixed order,
/// however many threads share the work.
/// </summary>
public static unsafe class SparseKernels
{
    private const int RunPairs = 2048;

    /// <summary>‖row‖₂ of each row, computed in float64 and rounded once.</summary>
    /// <param name="rows">[rows, width]</param>
    /// <param name="width">Width of a row.</param>
    /// <returns>[rows]</returns>
    public static float[] RowNorms(ReadOnlySpan<float> rows, int width)
    {
        var norms = new float[rows.Length / width];
        for (var row = 0; row < norms.Length; row++)
        {
            norms[row] = FixedOrder.Norm(rows.Slice(row * width, width));
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
        var values = into.SharePairs(latents);
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
    /// <param name="into">Receives the same pairs with the projections; not <paramref name="latents"/>.</param>
    /// <param name="team">Threads that share the pairs; none: the caller's alone.</param>
    public static void Project(
        SparseLatents latents, LatentDirections directions, ReadOnlySpan<float> gradients, SparseLatents into, ThreadTeam? team = null)
    {
        ArgumentNullException.ThrowIfNull(latents);
        ArgumentNullException.ThrowIfNull(directions);
        ArgumentNullException.ThrowIfNull(into);
        ArgumentOutOfRangeException.ThrowIfNotEqual((long)gradients.Length, (long)latents.Tokens * directions.Width);
        _ = into.SharePairs(latents);
        var order = latents.ByLatent;
        ValidateDirections(order, directions);
        order.Clear();
        fixed (float* firstGradient = gradients)
        {
            var (allGradients, length) = ((nint)firstGradient, gradients.Length);

            // Each run copies the tokens' rows that it needs.
            var threads = team?.AvailableThreads ?? 1;
            var run = Math.Max(RunPairs, (latents.Count + threads - 1) / threads);
            Share(latents.Count, run, team, (first, last) =>
                ProjectKernel.Project(order, first, last, directions, new ReadOnlySpan<float>((float*)allGradients, length)));
        }

        order.Restore(into.MutableValues);
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
        TensorPrimitives.Multiply(left.Values, right.Values, into.SharePairs(left));
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
        ArgumentOutOfRangeException.ThrowIfNotEqual((long)right.Length, (long)left.Tokens * latentCount);
        var values = into.SharePairs(left);
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
            into.MutableNonFinite[token] = !FiniteCheck.AllFinite(row);
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

    /// <summary>
    /// The decoder's sum Σ_a value[t, a] · decoder[a, ·] + output_bias, latents in ascending order. Rows without latents give the bias.
    /// </summary>
    /// <param name="latents">The non-zeros.</param>
    /// <param name="autoencoder">Whose decoder to use.</param>
    /// <param name="into">[tokens, output]</param>
    /// <param name="team">Threads that share the columns; none: the caller's alone.</param>
    public static void Decode(SparseLatents latents, Autoencoder autoencoder, Span<float> into, ThreadTeam? team = null) =>
        Decode(latents, autoencoder, [], into, team);

    /// <summary>What the autoencoder makes of inputs: the decoder's sum in their scale, and what skips the latents.</summary>
    /// <param name="latents">The non-zeros.</param>
    /// <param name="autoencoder">Whose decoder to use.</param>
    /// <param name="inputs">What it reads. [tokens, input]</param>
    /// <param name="into">[tokens, output]</param>
    /// <param name="team">Threads that share the columns; none: the caller's alone.</param>
    public static void Reconstruct(
        SparseLatents latents, Autoencoder autoencoder, ReadOnlySpan<float> inputs, Span<float> into, ThreadTeam? team = null)
    {
        ArgumentNullException.ThrowIfNull(latents);
        ArgumentNullException.ThrowIfNull(autoencoder);
        Decode(latents, autoencoder, into, team);
        if (autoencoder.DecodesPlainly)
        {
            return;
        }

        ArgumentOutOfRangeException.ThrowIfNotEqual((long)inputs.Length, (long)latents.Tokens * autoencoder.InputSize);
        var (width, output) = (autoencoder.InputSize, autoencoder.OutputSize);
        for (var token = 0; token < latents.Tokens; token++)
        {
            OutputMapping.Apply(autoencoder, inputs.Slice(token * width, width), into.Slice(token * output, output));
        }
    }

    /// <summary>What the autoencoder fails to reconstruct: targets less what it makes of the inputs.</summary>
    /// <param name="latents">The non-zeros.</param>
    /// <param name="autoencoder">Whose decoder to use.</param>
    /// <param name="inputs">What it reads. [tokens, input]</param>
    /// <param name="targets">What it reconstructs: <paramref name="inputs"/> but for a transcoder. [tokens, output]</param>
    /// <param name="into">[tokens, output]</param>
    /// <param name="team">Threads that share the columns; none: the caller's alone.</param>
    /// <remarks>
    /// Where means are taken away for good (see <see cref="InputMap.Centred"/>), the target's is neither reconstruction nor error.
    /// </remarks>
    public static void Error(
        SparseLatents latents,
        Autoencoder autoencoder,
        ReadOnlySpan<float> inputs,
        ReadOnlySpan<float> targets,
        Span<float> into,
        ThreadTeam? team = null)
    {
        ArgumentNullException.ThrowIfNull(latents);
        ArgumentNullException.ThrowIfNull(autoencoder);
        ArgumentOutOfRangeException.ThrowIfNotEqual(targets.Length, into.Length);
        if (autoencoder.DecodesPlainly)
        {
            Decode(latents, autoencoder, targets, into, team);
            return;
        }

        Reconstruct(latents, autoencoder, inputs, into, team);
        var output = autoencoder.OutputSize;
        for (var token = 0; token < latents.Tokens; token++)
        {
            var row = into.Slice(token * output, output);
            var target = targets.Slice(token * output, output);
            var away = InputMapping.CentredAway(autoencoder.InputMap, target);
            for (var i = 0; i < output; i++)
            {
                row[i] = (float)(target[i] - away - row[i]);
            }
        }
    }

    private static void Decode(
        SparseLatents latents, Autoencoder autoencoder, ReadOnlySpan<float> inputs, Span<float> into, ThreadTeam? team)
    {
        ArgumentNullException.ThrowIfNull(latents);
        ArgumentNullException.ThrowIfNull(autoencoder);
        var decoder = autoencoder.Decoder;
        ArgumentOutOfRangeException.ThrowIfNotEqual((long)into.Length, (long)latents.Tokens * decoder.Width);
        var order = latents.ByLatent;
        ValidateDirections(order, decoder);
        order.Arrange(latents.Values);
        fixed (float* firstInput = inputs, firstRow = into)
        {
            var (minuends, rows) = ((nint)firstInput, (nint)firstRow);
            Share(decoder.Blocks, 1, team, (first, last) =>
            {
                for (var block = first; block < last; block++)
                {
                    DecodeKernel.DecodeColumns(
                        order, decoder, block, autoencoder.OutputBias, (float*)minuends, (float*)rows, latents.Tokens);
                }
            });
        }
    }

    // The kernels read by address.
    private static void ValidateDirections(PairsByLatent order, LatentDirections directions) =>
        ArgumentOutOfRangeException.ThrowIfGreaterThan(order.Latents.IsEmpty ? 0 : order.Latents[^1] + 1L, directions.Latents, "latents");

    /// <summary>Cuts work into runs of that many items, which free threads take in order.</summary>
    private static void Share(int items, int run, ThreadTeam? team, Action<int, int> work)
    {
        if (team is null || team.AvailableThreads == 1 || items <= run)
        {
            work(0, items);
            return;
        }

        team.Run((items + run - 1) / run, (_, part) => work(part * run, Math.Min(items, (part + 1) * run)));
    }
}
