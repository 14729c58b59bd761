using System.Text.Json;
using System.Text.Json.Nodes;
using AeServerless.Engine.Datasets;

namespace AeServerless.Cli.Upload;

/// <summary>The manifest of a dataset as it is uploaded: shards have names of their own content, and their hashes.</summary>
internal static class StoredManifest
{
    private const string Extension = ".safetensors";
    private const int NameDigits = 16;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>The name of a shard of this content. One that was uploaded and downloaded keeps its name.</summary>
    public static string ShardPath(string path, string sha256)
    {
        var stem = path.EndsWith(Extension, StringComparison.Ordinal) ? path[..^Extension.Length] : path;
        var mark = stem.LastIndexOf('.');
        if (mark == stem.Length - NameDigits - 1 && stem.AsSpan(mark + 1).IndexOfAnyExcept("0123456789abcdef") < 0)
        {
            stem = stem[..mark];
        }

        return $"{stem}.{sha256[..NameDigits]}{(path.EndsWith(Extension, StringComparison.Ordinal) ? Extension : "")}";
    }

    /// <summary>The manifest with other references to its shards, in their order; all else, known here or not, as it is.</summary>
    public static byte[] WithShards(ReadOnlySpan<byte> manifest, IReadOnlyList<ShardReference> shards)
    {
        var root = JsonNode.Parse(manifest.StartsWith(ByteOrderMark) ? manifest[ByteOrderMark.Length..] : manifest)!;
        foreach (var (shard, reference) in root["shards"]!.AsArray().Zip(shards))
        {
            shard!["path"] = reference.Path;
            shard["sha256"] = reference.Sha256;
        }

        return JsonSerializer.SerializeToUtf8Bytes(root, Indented);
    }
}
