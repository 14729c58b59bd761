using System.Text;
using AeServerless.Engine.Datasets;

namespace AeServerless.Robustness.Tests.Fuzzing;

/// <summary>Manifests of datasets. One that is taken says the same after it was written and read again.</summary>
internal static class ManifestTarget
{
    private const string Full = """
        { "schema": "ae-serverless/dataset/1", "model": "models/kjv-gpt2/model.safetensors", "layers": 4, "tokenizer": "models/kjv-gpt2/",
          "backward": { "kind": "loss", "loss": "logitDifference", "targets": [0, 5], "antiTargets": [1] },
          "shards": [ { "path": "shards/00000.safetensors", "tokens": 8192, "sequences": 64 }, { "path": "shards/00001.safetensors", "tokens": 12, "sequences": 1 } ] }
        """;

    private const string Traced = """
        {"schema":"ae-serverless/dataset/1","model":"models/m","layers":1,"backward":{"kind":"trace","trace":{"nodeType":"mlp_neuron","layer":1,"tensorIndices":[0,1]}},"shards":[{"path":"s","tokens":1,"sequences":1}]}
        """;

    public static FuzzTarget Create() => new(
        "manifest",
        20_000,
        Words.Of(Full, Traced),
        Words.Of(
            "\"schema\":",
            "\"model\":",
            "\"layers\":",
            "\"tokenizer\":",
            "\"backward\":",
            "\"kind\":",
            "\"trace\"",
            "\"loss\"",
            "\"crossEntropy\"",
            "\"targets\":[",
            "\"shards\":[",
            "\"path\":",
            "\"tokens\":",
            "\"sequences\":"),
        Parse);

    private static void Parse(byte[] json)
    {
        var manifest = DatasetManifest.Parse(json, "activations/d/manifest.json");
        var written = manifest.ToJson();
        if (!DatasetManifest.Parse(written, "written").ToJson().AsSpan().SequenceEqual(written))
        {
            throw new InvalidOperationException($"A manifest changed when it was written and read: {Encoding.UTF8.GetString(written)}");
        }
    }
}
