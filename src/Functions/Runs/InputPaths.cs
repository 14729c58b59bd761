using AeServerless.Capture.Tokenization;
using AeServerless.Engine.Datasets;

namespace AeServerless.Functions.Runs;

/// <summary>Where a run's inputs are: paths with the container first, and the most bytes that are read of the small ones.</summary>
public static class InputPaths
{
    /// <summary>Enough for a hundred thousand shards.</summary>
    public const int MaxManifestBytes = 32 << 20;

    /// <summary>A dataset's manifest.</summary>
    public static string Manifest(string dataset) => $"activations/{dataset}/{DatasetManifest.FileName}";

    /// <summary>A shard of a dataset.</summary>
    public static string Shard(string dataset, ShardReference shard) => $"activations/{dataset}/{shard.Path}";

    /// <summary>The description beside a model's weights.</summary>
    public static string Config(string model) => $"{model[..(model.LastIndexOf('/') + 1)]}config.json";

    /// <summary>Whether a path is that of a tokenizer's file.</summary>
    public static bool IsOfTokenizer(string path) =>
        path[(path.LastIndexOf('/') + 1)..] is Gpt2Tokenizer.VocabularyFile or Gpt2Tokenizer.MergesFile;

    /// <summary>The two files of a tokenizer.</summary>
    public static (string Vocabulary, string Merges) Tokenizer(string tokenizer)
    {
        var folder = tokenizer.TrimEnd('/');
        return ($"{folder}/{Gpt2Tokenizer.VocabularyFile}", $"{folder}/{Gpt2Tokenizer.MergesFile}");
    }
}
