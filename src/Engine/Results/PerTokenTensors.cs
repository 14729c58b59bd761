using System.Runtime.InteropServices;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Statistics;
using AeServerless.Engine.Tensors;

namespace AeServerless.Engine.Results;

/// <summary>What all files with a row a token have: how rows fall into sequences.</summary>
internal static class PerTokenTensors
{
    public const string RowStarts = "indptr";

    public const string SequenceLengths = "sequence_lengths";

    /// <summary>Why a token does not count, a <see cref="TokenMark"/> each; only where the recipe or the dataset excludes tokens.</summary>
    public const string Excluded = "excluded";

    public static void Add(TensorSet tensors, ChunkRange range, ReadOnlyMemory<TokenMark> marks)
    {
        tensors.Metadata["schema"] = ResultMetadata.Schema;
        tensors.Add(SequenceLengths, [.. range.SequenceLengths]);
        if (!marks.IsEmpty)
        {
            var numbers = new CastMemory<TokenMark>(MemoryMarshal.AsMemory(marks)).Memory;
            tensors.Add(Excluded, TensorDtype.U8, [marks.Length], (writer, cancellation) => writer.WriteAsync(numbers, cancellation));
        }
    }
}
