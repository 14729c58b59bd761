using System.Text;

namespace AeServerless.Robustness.Tests.Errors;

/// <summary>Datasets that can't be used.</summary>
internal static class DatasetErrors
{
    public static IReadOnlyList<ErrorCase> All { get; } =
    [
        new("manifest that is not JSON", (stage, cancel) => stage.DatasetAsync("m-json", "manifest.json", "not json"u8.ToArray(), cancel)),
        new("manifest of another schema", (stage, cancel) => stage.ManifestAsync("m-schema", "dataset/1", "dataset/2", cancel)),
        new("manifest without a field", (stage, cancel) => stage.ManifestAsync("m-field", "\"layers\"", "\"levels\"", cancel)),
        new(
            "manifest with a number out of range",
            (stage, cancel) => stage.ManifestAsync("m-range", "\"layers\": 1", "\"layers\": -1", cancel)),
        new(
            "manifest that leaves layers to the model, over recorded activations",
            (stage, cancel) => stage.ManifestAsync("m-layers", "\"layers\": 1", "\"layers\": 0", cancel)),
        new(
            "manifest with a shard path that leaves the dataset",
            (stage, cancel) => stage.ManifestAsync("m-path", "shards/00000", "../other/00000", cancel)),
        new("manifest without shards", (stage, cancel) => stage.DatasetAsync("m-empty", "manifest.json", Encoding.UTF8.GetBytes(
            """{ "schema": "ae-serverless/dataset/1", "model": "models/m", "layers": 1, "shards": [] }"""), cancel)),
        new("shard that is missing", (stage, cancel) => stage.DatasetAsync("s-missing", ErrorStage.ShardPath, null, cancel)),
        new("shard that is empty", (stage, cancel) => stage.DatasetAsync("s-empty", ErrorStage.ShardPath, [], cancel)),
        new(
            "shard that is cut off",
            (stage, cancel) => stage.DatasetAsync(
                "s-cut", ErrorStage.ShardPath, new Runs.SyntheticDataset("s-cut", 1).ShardFile(0)[..^8], cancel)),
        new(
            "shard with a header longer than the file",
            (stage, cancel) => stage.DatasetAsync("s-header", ErrorStage.ShardPath, [0, 0, 1, 0, 0, 0, 0, 0, 1], cancel)),
        new("shard with a header that is not JSON", (stage, cancel) => stage.ShardAsync("s-json", "{\"tokens\"", "(\"tokens\"", cancel)),
        new("shard with overlapping tensors", (stage, cancel) => stage.ShardAsync("s-overlap", "[64,320]", "[32,288]", cancel)),
        new("shard with a tensor beyond its end", (stage, cancel) => stage.ShardAsync("s-beyond", "[320,328]", "[392,400]", cancel)),
        new("shard with an unknown dtype", (stage, cancel) => stage.ShardAsync("s-dtype", "\"F32\"", "\"F31\"", cancel)),
        new("shard with a shape that does not fit its offsets", (stage, cancel) => stage.ShardAsync("s-shape", "[8,8]", "[8,9]", cancel)),
        new(
            "shard with an unknown location",
            (stage, cancel) => stage.ShardAsync("s-location", "resid.delta_attn", "resid.delta_attm", cancel)),
        new(
            "shard with a layer that the model does not have",
            (stage, cancel) => stage.ShardAsync("s-layer", "forward/0", "forward/7", cancel)),
        new("shard without token ids", (stage, cancel) => stage.ShardAsync("s-tokens", "\"tokens\"", "\"tokenz\"", cancel)),
        new(
            "shard with another number of tokens than the manifest says",
            (stage, cancel) => stage.ManifestAsync("s-count", "\"tokens\": 8", "\"tokens\": 9", cancel)),
        new(
            "shard with sequence lengths that do not add up",
            (stage, cancel) => stage.DatasetAsync("s-lengths", ErrorStage.ShardPath, ShardWithLengths(), cancel)),
        new(
            "tokens alone, and no model that could be run over them",
            (stage, cancel) => stage.DatasetAsync("s-alone", ErrorStage.ShardPath, ShardOfTokensAlone(), cancel)),
    ];

    private static byte[] ShardWithLengths()
    {
        var shard = new Runs.SyntheticDataset("s-lengths", 1).ShardFile(0);
        BitConverter.TryWriteBytes(shard.AsSpan(shard.Length - sizeof(int)), 3);
        return shard;
    }

    private static byte[] ShardOfTokensAlone()
    {
        const string header = """
            {"tokens":{"dtype":"U16","shape":[8],"data_offsets":[0,16]},"sequence_lengths":{"dtype":"I32","shape":[2],"data_offsets":[16,24]}}
            """;
        return
        [
            .. BitConverter.GetBytes((long)header.Length), .. Encoding.UTF8.GetBytes(header), .. new byte[16],
            .. BitConverter.GetBytes(4), .. BitConverter.GetBytes(4),
        ];
    }
}
