using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;

namespace AeServerless.Engine.Results.Views;

/// <summary>The texts of all tokens.</summary>
public static class VocabularyTable
{
    /// <summary>Writes <c>vocabulary.safetensors</c>.</summary>
    /// <param name="tokens">The bytes of every token by its id; empty where an id has no token.</param>
    /// <param name="run">Where the file goes.</param>
    /// <param name="cancellationToken">Cancels the writing.</param>
    public static async Task WriteAsync(IReadOnlyList<byte[]> tokens, IResultSink run, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentNullException.ThrowIfNull(run);
        var starts = new int[tokens.Count + 1];
        for (var token = 0; token < tokens.Count; token++)
        {
            starts[token + 1] = starts[token] + tokens[token].Length;
        }

        using var tensors = new TensorSet();
        tensors.Metadata["schema"] = ResultMetadata.Schema;
        byte[] bytes = [.. tokens.SelectMany(token => token)];
        tensors.Add("starts", starts);
        tensors.Add("bytes", TensorDtype.U8, [bytes.Length], (writer, cancellation) => writer.WriteAsync(bytes.AsMemory(), cancellation));
        await tensors.WriteAsync(run, ResultNames.Vocabulary, cancellationToken);
    }
}
