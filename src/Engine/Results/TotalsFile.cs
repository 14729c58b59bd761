using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;

namespace AeServerless.Engine.Results;

/// <summary>The file that says what a result covers.</summary>
internal static class TotalsFile
{
    private const string Sequences = "sequences";
    private const string Tokens = "tokens";

    public static Task WriteAsync(IResultSink sink, ResultTotals totals, CancellationToken cancellationToken)
    {
        var tensors = new TensorSet();
        tensors.Metadata["schema"] = ResultMetadata.Schema;
        tensors.Metadata.Put(ResultMetadata.FirstSequence, totals.FirstSequence);
        tensors.Add(Sequences, [totals.Sequences]);
        tensors.Add(Tokens, [totals.Tokens]);
        return tensors.WriteAsync(sink, ResultNames.Totals, cancellationToken);
    }

    public static async Task<ResultTotals> ReadAsync(SafetensorsFile file, CancellationToken cancellationToken) => new(
        file.Number(ResultMetadata.FirstSequence),
        (await file.ReadInt64Async(Sequences, cancellationToken))[0],
        (await file.ReadInt64Async(Tokens, cancellationToken))[0]);
}
