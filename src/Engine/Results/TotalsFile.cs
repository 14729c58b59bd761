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
        using var tensors = new TensorSet();
        tensors.Metadata["schema"] = ResultMetadata.Schema;
        tensors.Add(Sequences, [totals.Sequences]);
        tensors.Add(Tokens, [totals.Tokens]);
        return tensors.WriteAsync(sink, ResultNames.Totals, cancellationToken);
    }

    public static ResultTotals Read(LoadedResult file) => new(
        file.Numbers<long>(Sequences, TensorDtype.I64)[0],
        file.Numbers<long>(Tokens, TensorDtype.I64)[0]);
}
