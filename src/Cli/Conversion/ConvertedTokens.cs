using System.Runtime.CompilerServices;
using AeServerless.Capture;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.IO;

namespace AeServerless.Cli.Conversion;

/// <summary>Makes a dataset of token ids alone, as delphi and Hugging Face's tokenizers keep them.</summary>
internal static class ConvertedTokens
{
    private const int SequencesAtOnce = 1024;

    public static Task<DatasetManifest> WriteAsync(
        SequenceIds tokens,
        int shardTokens,
        ResultDirectory folder,
        DatasetManifest manifest,
        IProgress<long> progress,
        CancellationToken cancellationToken)
    {
        var dataset = new TokenDataset(new TokenDatasetRequest
        {
            ShardTokens = shardTokens,
            LargestId = int.MaxValue,
            ModelBlob = manifest.Model,
            Layers = manifest.Layers,
            TokenizerBlob = manifest.Tokenizer,
        });
        return dataset.RunAsync(
            SequencesAsync(tokens, cancellationToken), folder, force: false, new Relay(progress), cancellationToken);
    }

    private static async IAsyncEnumerable<int[]> SequencesAsync(
        SequenceIds tokens, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var first = 0L; first < tokens.Sequences; first += SequencesAtOnce)
        {
            var count = (int)Math.Min(SequencesAtOnce, tokens.Sequences - first);
            foreach (var ids in (await tokens.ReadAsync(first, count, cancellationToken)).Chunk(tokens.Context))
            {
                yield return Array.ConvertAll(ids, id => (int)id);
            }
        }
    }

    private sealed class Relay(IProgress<long> progress) : IProgress<CaptureProgress>
    {
        public void Report(CaptureProgress value) => progress.Report(value.Tokens);
    }
}
