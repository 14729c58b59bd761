using System.Runtime.InteropServices;
using AeServerless.Capture.Gpt2;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;
using AeServerless.Engine.Transformers;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace AeServerless.Capture;

/// <summary>Runs the sequences of one shard through the model and writes what is recorded.</summary>
internal sealed class ShardCapture(Gpt2Model model, CapturePlan plan, BackwardDescription? backward)
{
    private const int MaxBatchTokens = 4096;

    // Logits are the largest tensor of a batch: 128 MB of them.
    private const int MaxLogits = 1 << 25;

    private readonly int _batchTokens = Math.Clamp(MaxLogits / model.Config.Vocabulary, 1, MaxBatchTokens);

    /// <summary>Writes a shard.</summary>
    /// <param name="stream">An empty stream that seeks.</param>
    /// <param name="sequences">Token ids of each sequence.</param>
    /// <param name="metadata">Metadata of the file.</param>
    /// <param name="counts">Counts what is not finite.</param>
    /// <param name="recorded">Called with tokens and sequences of each finished batch.</param>
    /// <param name="cancellationToken">Cancels between batches.</param>
    public async Task WriteAsync(
        Stream stream,
        IReadOnlyList<int[]> sequences,
        IReadOnlyDictionary<string, string> metadata,
        NonFiniteCounts counts,
        Action<int, int> recorded,
        CancellationToken cancellationToken)
    {
        var writer = await SafetensorsRowWriter.CreateAsync(stream, plan.Tensors(sequences), metadata, cancellationToken);
        await writer.WriteRowsAsync(
            TensorNames.Tokens, 0, sequences.SelectMany(ids => ids.Select(id => (long)id)).ToArray().AsMemory(), cancellationToken);
        await writer.WriteRowsAsync(
            TensorNames.SequenceLengths, 0, sequences.Select(ids => ids.Length).ToArray().AsMemory(), cancellationToken);
        var firstRows = FirstRows(sequences);
        foreach (var batch in SequenceBatch.Plan(sequences, _batchTokens))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = torch.NewDisposeScope();
            foreach (var (site, pass, values) in Run(sequences, batch))
            {
                var name = TensorNames.Format(site.Location, pass, site.Layer);
                await WriteAsync(writer, name, batch, firstRows, values, counts, cancellationToken);
            }

            recorded(batch.Length * batch.Sequences.Count, batch.Sequences.Count);
        }

        await writer.CompleteAsync(cancellationToken);
    }

    private static long[] FirstRows(IReadOnlyList<int[]> sequences)
    {
        var rows = new long[sequences.Count];
        for (var i = 1; i < rows.Length; i++)
        {
            rows[i] = rows[i - 1] + sequences[i - 1].Length;
        }

        return rows;
    }

    private static async Task WriteAsync(
        SafetensorsRowWriter writer,
        string name,
        SequenceBatch batch,
        long[] firstRows,
        Tensor values,
        NonFiniteCounts counts,
        CancellationToken cancellationToken)
    {
        var count = (int)values.NumberOfElements;
        var buffer = LargeArrays<float>.Pool.Rent(count);
        try
        {
            MemoryMarshal.Cast<byte, float>(values.detach().cpu().contiguous().bytes).CopyTo(buffer);
            counts.Add(name, buffer.AsSpan(0, count));
            var width = count / batch.Sequences.Count;
            foreach (var (start, sequence, length) in batch.Stretches())
            {
                await writer.WriteRowsAsync(name, firstRows[sequence], buffer.AsMemory(start * width, length * width), cancellationToken);
            }
        }
        finally
        {
            LargeArrays<float>.Pool.Return(buffer);
        }
    }

    private IEnumerable<(ActivationSite Site, PassType Pass, Tensor Values)> Run(IReadOnlyList<int[]> sequences, SequenceBatch batch)
    {
        var ids = batch.Sequences.SelectMany(sequence => sequences[sequence].Select(id => (long)id)).ToArray();
        var tokens = torch.tensor(ids, [batch.Sequences.Count, batch.Length]);
        var pass = model.Forward(tokens, plan.Kept, gradients: backward is not null);
        var gradients = backward is null ? null : pass.Gradients(Loss.Compute(backward, model.Head, pass.Final, tokens), plan.Backward);
        foreach (var site in plan.Forward)
        {
            yield return (site, PassType.Forward, pass[site]);
        }

        // A loss that does not depend on a site, as on sequences of one token, has the gradient 0 there.
        foreach (var site in plan.Backward)
        {
            yield return (site, PassType.Backward, gradients!.GetValueOrDefault(site) ?? torch.zeros_like(pass[site]));
        }
    }
}
