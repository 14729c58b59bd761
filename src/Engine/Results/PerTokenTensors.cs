using AeServerless.Engine.Datasets;

namespace AeServerless.Engine.Results;

/// <summary>What all files with a row a token have: how rows fall into sequences.</summary>
internal static class PerTokenTensors
{
    public const string RowStarts = "indptr";

    public static void Add(TensorSet tensors, ChunkRange range)
    {
        tensors.Metadata["schema"] = ResultMetadata.Schema;
        tensors.Add("sequence_lengths", [.. range.SequenceLengths]);
    }
}
