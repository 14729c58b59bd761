using AeServerless.Cli.Exporting;
using AeServerless.Engine.Results;
using AeServerless.Engine.Results.Summary;
using AeServerless.Engine.Tensors;
using AeServerless.Exports.Runs;

namespace AeServerless.Cli.Latents;

/// <summary>The tokens around examples and a latent's value at each, where the run has values at every token.</summary>
internal sealed class ExampleHeat
{
    private readonly ShardContextSource _contexts;
    private readonly SafetensorsFile? _values;
    private readonly SequenceMap? _sequences;

    private ExampleHeat(ShardContextSource contexts, SafetensorsFile? values, SequenceMap? sequences) =>
        (_contexts, _values, _sequences) = (contexts, values, sequences);

    /// <summary>Opens what it takes; <see langword="null"/> where the dataset has changed since the run.</summary>
    public static async Task<ExampleHeat?> OpenAsync(AppRun run, string scalar, int layer, CancellationToken cancellationToken)
    {
        if (run.Manifest is null)
        {
            return null;
        }

        var contexts = new ShardContextSource(run.OpenShardAsync, run.Text);
        var name = ResultNames.Latents(scalar, layer);
        if ((await run.Files.ListAsync(cancellationToken)).All(file => file.Name != name))
        {
            return new ExampleHeat(contexts, values: null, sequences: null);
        }

        var values = await SafetensorsFile.OpenAsync(await run.Files.OpenAsync(name, cancellationToken), cancellationToken);
        return new ExampleHeat(
            contexts, values, new SequenceMap(await values.ReadInt32Async("sequence_lengths", cancellationToken)));
    }

    /// <summary>The tokens around an example, each with the latent's value: 0 where it is silent.</summary>
    public async Task<HeatedContext> ReadAsync(int latent, LatentExample example, CancellationToken cancellationToken)
    {
        var context = await _contexts.ReadAsync(example.Shard, example.ShardSequence, example.Position, cancellationToken);
        var peak = example.Position - context.FirstPosition;
        var values = new float[context.Tokens.Count];
        values[peak] = example.Value;
        if (_values is not null && _sequences is not null)
        {
            await ReadAsync(latent, _sequences.Start((int)example.Sequence) + context.FirstPosition, values, cancellationToken);
        }

        return new HeatedContext([.. context.Texts!], values, peak);
    }

    private async Task ReadAsync(int latent, long firstRow, float[] values, CancellationToken cancellationToken)
    {
        var starts = new long[values.Length + 1];
        await _values!.ReadRowsAsync(_values.GetTensor("indptr"), firstRow, starts.AsMemory(), cancellationToken);
        var count = checked((int)(starts[^1] - starts[0]));
        var (latents, found) = (new int[count], new float[count]);
        await _values.ReadRowsAsync(_values.GetTensor("indices"), starts[0], latents.AsMemory(), cancellationToken);
        await _values.ReadRowsAsync(_values.GetTensor("values"), starts[0], found.AsMemory(), cancellationToken);
        for (var row = 0; row < values.Length; row++)
        {
            var first = (int)(starts[row] - starts[0]);
            var at = Array.BinarySearch(latents, first, (int)(starts[row + 1] - starts[row]), latent);
            values[row] = at >= 0 ? found[at] : 0;
        }
    }
}
