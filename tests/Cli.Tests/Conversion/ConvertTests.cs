using System.Runtime.InteropServices;
using System.Text;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.IO;
using AeServerless.TestSupport;

namespace AeServerless.Cli.Tests.Conversion;

[Collection(ConsoleCollection.Name)]
public sealed class ConvertTests : IDisposable
{
    private const int Sequences = 5;
    private const int Context = 4;
    private const int Width = 3;

    private readonly TemporaryFolder _folder = new();
    private readonly float[] _values = [.. Enumerable.Range(0, Sequences * Context * Width).Select(i => i / 8f)];

    [Theory]
    [InlineData("<f4")]
    [InlineData("<f2")]
    public async Task Arrays_BecomeShardsWithTheSameValues(string type)
    {
        Write("tokens.npy", "<i8", [Sequences, Context], Bytes(Enumerable.Range(0, Sequences * Context).Select(id => (long)id)));
        Write("acts.npy", type, [Sequences, Context, Width], type == "<f4" ? Bytes(_values) : Bytes(_values.Select(value => (Half)value)));

        var (exitCode, output, errors) = await ConvertAsync();

        Assert.True(exitCode == 0, errors);
        Assert.Contains("Wrote 20 tokens in 3 shards", output, StringComparison.Ordinal);
        var manifest = DatasetManifest.Parse(
            await File.ReadAllBytesAsync(_folder.File("out/manifest.json"), TestContext.Current.CancellationToken), "manifest");
        Assert.Equal([8, 8, 4], manifest.Shards.Select(shard => shard.Tokens));
        var (tokens, values) = (new List<long>(), new List<float>());
        foreach (var reference in manifest.Shards)
        {
            using var source = new FileByteSource(_folder.File($"out/{reference.Path}"));
            var shard = await Shard.OpenAsync(source, reference, TestContext.Current.CancellationToken, manifest.Layers);
            Assert.All(shard.SequenceLengths, length => Assert.Equal(Context, length));
            tokens.AddRange(await shard.File.ReadInt64Async("tokens", TestContext.Current.CancellationToken));
            var rows = new float[shard.Tokens * Width];
            var entry = shard.Find("mlp.post_act", PassType.Forward, 2)!;
            await shard.File.ReadRowsAsync(entry, 0, rows.AsMemory(), TestContext.Current.CancellationToken);
            values.AddRange(rows);
        }

        Assert.Equal(Enumerable.Range(0, Sequences * Context).Select(id => (long)id), tokens);
        Assert.Equal(_values, values);
    }

    [Theory]
    [InlineData("<f8", Sequences * Context, "float32 or float16 is needed")]
    [InlineData("<f4", (Sequences * Context) - 1, "has 19 rows, but there are 20 token ids")]
    public async Task ArraysThatDoNotFit_AreRefused(string type, int rows, string said)
    {
        Write("tokens.npy", "<i4", [Sequences, Context], Bytes(Enumerable.Range(0, Sequences * Context)));
        Write("acts.npy", type, [rows, Width], new byte[rows * Width * (type == "<f8" ? 8 : 4)]);

        var (exitCode, _, errors) = await ConvertAsync();

        Assert.Equal(1, exitCode);
        Assert.Contains(said, errors, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File("out/manifest.json")));
    }

    public void Dispose() => _folder.Dispose();

    private static byte[] Bytes<T>(IEnumerable<T> values)
        where T : struct => MemoryMarshal.AsBytes<T>(values.ToArray()).ToArray();

    private Task<(int ExitCode, string Output, string Errors)> ConvertAsync() => Ae.RunAsync(
        "convert", "--tokens", _folder.File("tokens.npy"), "--activations", $"mlp.post_act/forward/2={_folder.File("acts.npy")}",
        "--layers", "4", "--model-blob", "models/dev/model.safetensors", "--shard-tokens", "8", "--out", _folder.File("out"));

    private void Write(string name, string type, int[] shape, byte[] data)
    {
        var header = $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({string.Join(", ", shape)}), }}";
        var length = (((10 + header.Length) / 64) + 1) * 64;
        var text = header.PadRight(length - 10 - 1) + "\n";
        byte[] prefix = [0x93, .. "NUMPY"u8, 1, 0, (byte)text.Length, (byte)(text.Length >> 8)];
        File.WriteAllBytes(_folder.File(name), [.. prefix, .. Encoding.ASCII.GetBytes(text), .. data]);
    }
}
