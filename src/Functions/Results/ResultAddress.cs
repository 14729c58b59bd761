namespace AeServerless.Functions.Results;

/// <summary>A stored result of a chunk or a merge. Its key says everything that its bytes depend on.</summary>
/// <param name="Kind">What made it.</param>
/// <param name="Key">SHA-256 in lower-case hexadecimal digits.</param>
public readonly record struct ResultAddress(ResultKind Kind, string Key)
{
    /// <summary>The prefix of its files in the container of results, without a slash at its end.</summary>
    public string Prefix() => Kind == ResultKind.Chunk ? $"chunks/{Key[..2]}/{Key}" : $"merges/{Key[..2]}/{Key}";

    /// <summary>The blob that has its files.</summary>
    public string Data() => $"{Prefix()}/data.bin";

    /// <summary>The commit marker: written last, so that the result is there whole or not at all.</summary>
    public string Marker() => Kind == ResultKind.Chunk ? $"{Prefix()}/chunk.json" : $"{Prefix()}/merge.json";
}
