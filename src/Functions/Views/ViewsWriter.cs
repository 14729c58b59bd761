using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.IO;
using AeServerless.Engine.Results;
using AeServerless.Engine.Results.Summary;
using AeServerless.Engine.Results.Views;
using AeServerless.Functions.Planning;
using AeServerless.Functions.Results;
using AeServerless.Functions.Runs;
using AeServerless.Models.Tokenizers;

namespace AeServerless.Functions.Views;

/// <summary>
/// Writes what people look at beside statistics: texts of tokens, the tokens that latents promote, latents that fire together. What the
/// dataset or recipe has not the parts for is left out.
/// </summary>
public sealed class ViewsWriter(ResultStore store, LogitsWriter logits)
{
    /// <summary>Writes the files under the run's prefix, where its statistics and per-token results are already.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="basis">What it computed.</param>
    /// <param name="summary">Its summary.</param>
    /// <param name="tokenizer">The dataset's; <see langword="null"/> where there is none.</param>
    /// <param name="sink">The run's prefix.</param>
    /// <param name="cancellationToken">Cancels the writing.</param>
    public async Task<RunViews> WriteAsync(
        string runId,
        RunBasis basis,
        RunSummary summary,
        TextTokenizer? tokenizer,
        BlobResultSink sink,
        CancellationToken cancellationToken)
    {
        if (tokenizer is not null)
        {
            await VocabularyTable.WriteAsync(TokenBytes.Of(tokenizer), sink, cancellationToken);
        }

        var latents = summary.Autoencoders.Where(one => one.RankedBy is not null).ToList();
        var promoted = await logits.WriteAsync(basis, latents, sink, cancellationToken);
        var (coactive, heat) = (new Dictionary<AutoencoderKey, CoactiveLatents>(), new Dictionary<AutoencoderKey, ContextValues>());
        foreach (var one in latents)
        {
            if (Find(runId, ResultNames.Latents(one.RankedBy!, one.Layer), sink) is not { } values)
            {
                continue;
            }

            var key = new AutoencoderKey(one.Autoencoder, one.Layer);
            var width = summary.Scalars.First(scalar => scalar.Scalar == one.RankedBy && scalar.Layer == one.Layer).Width;
            if (await CoactivationTable.WriteAsync(values, key.Name, key.Layer, width, sink, cancellationToken) is { } pairs)
            {
                coactive.Add(key, pairs);
            }

            heat.Add(key, await ContextValues.ReadAsync(values, one.Reported, cancellationToken));
        }

        return new RunViews(tokenizer is null ? null : id => TokenTexts.Of(tokenizer, id), promoted, coactive, heat);
    }

    private IByteSource? Find(string runId, string name, BlobResultSink sink) =>
        sink.Files.FirstOrDefault(file => file.Name == name) is { } found
            ? store.OpenSource($"{RunPaths.Of(runId)}/{name}", found.Length)
            : null;
}
