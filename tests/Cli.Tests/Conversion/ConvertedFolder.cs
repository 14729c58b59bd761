using System.Runtime.InteropServices;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.IO;
using AeServerless.TestSupport;

namespace AeServerless.Cli.Tests.Conversion;

/// <summary>Converts files of a temporary folder, and reads what comes of it.</summary>
public sealed class ConvertedFolder : IDisposable
{
    public const string Tensor = "mlp.post_act/forward/2";

    private readonly TemporaryFolder _folder = new();

    public static byte[] Bytes<T>(params IEnumerable<T> values)
        where T : struct => MemoryMarshal.AsBytes<T>(values.ToArray()).ToArray();

    public string File(string name) => _folder.File(name);

    public void Write(string name, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File(name))!);
        System.IO.File.WriteAllBytes(File(name), content);
    }

    /// <summary>Runs <c>ae convert</c> with file names of the folder.</summary>
    public Task<(int ExitCode, string Output, string Errors)> RunAsync(string? tokens, string? activations, params string[] more) =>
        Ae.RunAsync(
        [
            "convert",
            .. tokens is null ? Array.Empty<string>() : ["--tokens", File(tokens)],
            .. activations is null ? Array.Empty<string>() : ["--activations", $"{Tensor}={File(activations)}"],
            "--layers", "4", "--model-blob", "models/dev/model.safetensors", "--shard-tokens", "8", "--out", File("out"),
            .. more,
        ]);

    /// <summary>Token ids, and the bytes of the activations, of the dataset that was written.</summary>
    public async Task<(DatasetManifest Manifest, IReadOnlyList<long> Tokens, byte[] Activations)> ReadAsync()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var manifest = DatasetManifest.Parse(
            await System.IO.File.ReadAllBytesAsync(File("out/manifest.json"), cancellationToken), "manifest");
        var (tokens, values) = (new List<long>(), new List<byte>());
        foreach (var reference in manifest.Shards)
        {
            using var source = new FileByteSource(File($"out/{reference.Path}"));
            var shard = await Shard.OpenAsync(source, reference, cancellationToken, manifest.Layers);
            tokens.AddRange(shard.File.Tensors["tokens"].Dtype == Engine.Tensors.TensorDtype.I64
                ? await shard.File.ReadInt64Async("tokens", cancellationToken)
                : (await shard.File.ReadInt32Async("tokens", cancellationToken)).Select(id => (long)id));
            if (shard.File.Tensors.TryGetValue(Tensor, out var entry))
            {
                var bytes = new byte[entry.Length];
                await source.ReadAsync(entry.Offset, bytes, cancellationToken);
                values.AddRange(bytes);
            }
        }

        return (manifest, tokens, [.. values]);
    }

    public async Task RefusesAsync(string? tokens, string? activations, params string[] said)
    {
        var (exitCode, _, errors) = await RunAsync(tokens, activations);
        Assert.Equal(1, exitCode);
        Assert.All(said, text => Assert.Contains(text, errors, StringComparison.Ordinal));
        Assert.DoesNotContain("unexpected", errors, StringComparison.OrdinalIgnoreCase);
        Assert.False(System.IO.File.Exists(File("out/manifest.json")));
    }

    public void Dispose() => _folder.Dispose();
}
