namespace AeServerless.Engine.Datasets;

/// <summary>
/// A dataset's <c>manifest.json</c>: the file that is uploaded last and says that the dataset is whole. Unknown fields are left alone.
/// </summary>
/// <param name="Schema">Always <see cref="SchemaName"/>.</param>
/// <param name="Model">Blob of the model's weights, container first, such as <c>models/kjv-gpt2/model.safetensors</c>.</param>
/// <param name="Layers">Layers of the model; 0 where a dataset of tokens leaves that to the model.</param>
/// <param name="Tokenizer">
/// Folder of the tokenizer's files, container first, with a trailing <c>/</c>; empty where the manifest names none.
/// </param>
/// <param name="Shards">The shards in order; at least one.</param>
public sealed record DatasetManifest(string Schema, string Model, int Layers, string Tokenizer, IReadOnlyList<ShardReference> Shards)
{
    /// <summary>The version of the format that this code reads and writes.</summary>
    public const string SchemaName = "ae-serverless/dataset/1";

    /// <summary>Name of the file in a dataset's folder.</summary>
    public const string FileName = "manifest.json";

    /// <summary>What the backward tensors are gradients of; null where the dataset has none or does not say.</summary>
    public BackwardDescription? Backward { get; init; }

    /// <summary>SHA-256 of the model's weights, 64 lower-case hexadecimal digits; null where the manifest does not say.</summary>
    public string? ModelSha256 { get; init; }

    /// <summary>
    /// SHA-256 of <c>tokenizer.json</c>, else of <c>vocab.json</c> and <c>merges.txt</c> one after the other; null where the manifest
    /// does not say.
    /// </summary>
    public string? TokenizerSha256 { get; init; }

    /// <summary>Reads and validates a manifest.</summary>
    /// <param name="json">UTF-8, with or without a byte order mark.</param>
    /// <param name="subject">What messages call the file.</param>
    /// <exception cref="InvalidInputException">
    /// The text is not JSON, or a field is missing or wrong: the message names the field.
    /// </exception>
    public static DatasetManifest Parse(ReadOnlySpan<byte> json, string subject) => ManifestJson.Parse(json, subject);

    /// <summary>The manifest as UTF-8 JSON; <see cref="Parse"/> gives an equal one back. The same manifest gives the same bytes.</summary>
    public byte[] ToJson() => ManifestJson.Format(this);
}
