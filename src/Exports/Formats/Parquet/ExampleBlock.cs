using AeServerless.Engine.Tensors;

namespace AeServerless.Exports.Formats.Parquet;

/// <summary>Examples of one kind (top, bottom, magnitude) of consecutive latents, <c>[latents · examples]</c>.</summary>
internal sealed record ExampleBlock(
    string Kind, float[] Values, long[] Sequences, int[] Shards, int[] ShardSequences, int[] Positions, int[] Tokens)
{
    public static async Task<ExampleBlock> ReadAsync(
        SafetensorsFile file, string kind, int firstLatent, int count, CancellationToken cancellationToken)
    {
        var block = new ExampleBlock(
            kind, new float[count], new long[count], new int[count], new int[count], new int[count], new int[count]);
        await file.ReadRowsAsync(file.GetTensor($"{kind}_values"), firstLatent, block.Values.AsMemory(), cancellationToken);
        await file.ReadRowsAsync(file.GetTensor($"{kind}_sequences"), firstLatent, block.Sequences.AsMemory(), cancellationToken);
        await file.ReadRowsAsync(file.GetTensor($"{kind}_shards"), firstLatent, block.Shards.AsMemory(), cancellationToken);
        await file.ReadRowsAsync(
            file.GetTensor($"{kind}_shard_sequences"), firstLatent, block.ShardSequences.AsMemory(), cancellationToken);
        await file.ReadRowsAsync(file.GetTensor($"{kind}_positions"), firstLatent, block.Positions.AsMemory(), cancellationToken);
        await file.ReadRowsAsync(file.GetTensor($"{kind}_tokens"), firstLatent, block.Tokens.AsMemory(), cancellationToken);
        return block;
    }
}
