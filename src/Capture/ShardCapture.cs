using System.Runtime.InteropServices;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;
using AeServerless.Models;
using AeServerless.Models.Recording;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace AeServerless.Capture;

/// <summary>Runs the sequences of one shard through the model and writes what is recorded.</summary>
internal sealed class ShardCapture(HookedModel model, CapturePlan plan)
{
    // Larger batches take longer: their tensors are memory that the system has to hand out anew each time.
    private const int MaxBatchTokens = 1024;

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
        long[] tokens = [.. sequences.SelectMany(ids => ids.Select(id => (long)id))];
        int[] lengths = [.. sequences.Select(ids => ids.Length)];
        await writer.WriteRowsAsync(TensorNames.Tokens, 0, tokens.AsMemory(), cancellationToken);
        await writer.WriteRowsAsync(TensorNames.SequenceLengths, 0, lengths.AsMemory(), cancellationToken);
        var firstRows = FirstRows(sequences);
        foreach (var batch in SequenceBatch.Plan(sequences, MaxBatchTokens))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var recording = model.Record([.. batch.Sequences.Select(sequence => sequences[sequence])], plan.Request);
            foreach (var (site, pass, values) in Recorded(recording))
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
            Copy(values, buffer);
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

    private static void Copy(Tensor values, float[] destination)
    {
        using var scope = torch.NewDisposeScope();
        MemoryMarshal.Cast<byte, float>(values.cpu().contiguous().bytes).CopyTo(destination);
    }

    private IEnumerable<(ActivationSite Site, PassType Pass, Tensor Values)> Recorded(ActivationRecording recording)
    {
        foreach (var site in plan.Forward)
        {
            yield return (site, PassType.Forward, recording.Forward[site]);
        }

        foreach (var site in plan.Backward)
        {
            yield return (site, PassType.Backward, recording.Backward[0].Gradients[site]);
        }
    }
}
