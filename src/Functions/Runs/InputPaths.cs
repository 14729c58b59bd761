using AeServerless.Engine.Datasets;
using AeServerless.Models.Tokenizers;

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
    public static string Config(string model) => Beside(model, "config.json");

    /// <summary>A file beside a model's weights.</summary>
    public static string Beside(string model, string name) => $"{model[..(model.LastIndexOf('/') + 1)]}{name}";

    /// <summary>Whether a path is that of a tokenizer's file.</summary>
    public static bool IsOfTokenizer(string path) => TokenizerFileList.All.Contains(path[(path.LastIndexOf('/') + 1)..]);

    /// <summary>The files that a tokenizer may have.</summary>
    public static IEnumerable<string> Tokenizer(string tokenizer) => TokenizerFileList.All.Select(name => TokenizerFile(tokenizer, name));

    /// <summary>A file of a tokenizer.</summary>
    public static string TokenizerFile(string tokenizer, string name) => $"{tokenizer.TrimEnd('/')}/{name}";
}
