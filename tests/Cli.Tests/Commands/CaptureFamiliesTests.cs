using System.Globalization;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;
using AeServerless.TestSupport;

namespace AeServerless.Cli.Tests.Commands;

/// <summary>Captures of the golden models of all families, against what their own implementation recorded.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class CaptureFamiliesTests : IDisposable
{
    private const double Tolerance = 2e-5;

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static string Golden => Path.Combine(TestSupport.Repository.Root, "tests", "golden-models");

    public static TheoryData<string> Models() => [.. Directory.GetDirectories(Golden).Select(Path.GetFileName).OfType<string>()];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Models))]
    public async Task Capture_RecordsWhatTheFamilyComputes(string model)
    {
        using var source = new FileByteSource(Path.Combine(Golden, model, "golden.safetensors"));
        var golden = await SafetensorsFile.OpenAsync(source, Cancellation);
        await WriteTokensAsync(golden);

        var (exitCode, _, errors) = await Ae.RunAsync(
            "capture", "--model", Path.Combine(Golden, model), "--tokens", _folder.File("tokens.txt"), "--out", _folder.File("dataset"),
            "--layers", "0-1", "--backward", "loss");

        Assert.True(exitCode == 0, errors);
        var manifest = DatasetManifest.Parse(
            await File.ReadAllBytesAsync(_folder.File("dataset/manifest.json"), Cancellation), "manifest.json");
        using var captured = new FileByteSource(_folder.File($"dataset/{Assert.Single(manifest.Shards).Path}"));
        var shard = await Shard.OpenAsync(captured, manifest.Shards[0], Cancellation, manifest.Layers);
        foreach (var (name, entry) in shard.Recorded)
        {
            var expected = await golden.ReadFloatsAsync(
                name.ToString().Replace("/backward/", "/backward.cross_entropy/", StringComparison.Ordinal), Cancellation);
            RequireClose(entry.Name, expected, await shard.File.ReadFloatsAsync(entry.Name, Cancellation));
        }

        Assert.Contains(new TensorName(ActivationLocation.ResidPostMlp, PassType.Backward, manifest.Layers - 1), shard.Recorded.Keys);
    }

    [Fact]
    public async Task Trace_IsRecordedAndSaidInTheManifest()
    {
        await File.WriteAllTextAsync(_folder.File("tokens.txt"), "1 2 3 4 5\n", Cancellation);
        var (exitCode, _, errors) = await Ae.RunAsync(
            "capture", "--model", Path.Combine(Golden, "llama3"), "--tokens", _folder.File("tokens.txt"), "--out", _folder.File("dataset"),
            "--layers", "0-1", "--trace", """{"nodeType":"mlp_neuron","layer":1,"tensorIndices":[3,5]}""");

        Assert.True(exitCode == 0, errors);
        var manifest = DatasetManifest.Parse(
            await File.ReadAllBytesAsync(_folder.File("dataset/manifest.json"), Cancellation), "manifest.json");
        Assert.Equal(BackwardKind.Trace, manifest.Backward?.Kind);
        using var captured = new FileByteSource(_folder.File($"dataset/{manifest.Shards[0].Path}"));
        var shard = await Shard.OpenAsync(captured, manifest.Shards[0], Cancellation, manifest.Layers);
        var gradient = await shard.File.ReadFloatsAsync("resid.post_attn/backward/1", Cancellation);
        var width = gradient.Length / 5;

        // A neuron reads its own token alone.
        Assert.All(Enumerable.Range(0, 5), token =>
            Assert.Equal(token == 3, gradient[(token * width)..((token + 1) * width)].Any(value => value != 0)));
    }

    private async Task WriteTokensAsync(SafetensorsFile golden)
    {
        var tokens = await golden.ReadInt64Async("tokens", Cancellation);
        var lines = new List<string>();
        var start = 0;
        foreach (var length in await golden.ReadInt32Async("sequence_lengths", Cancellation))
        {
            lines.Add(string.Join(' ', tokens[start..(start + length)].Select(id => id.ToString(CultureInfo.InvariantCulture))));
            start += length;
        }

        await File.WriteAllLinesAsync(_folder.File("tokens.txt"), lines, Cancellation);
    }

    private static void RequireClose(string name, float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        var scale = expected.Max(Math.Abs);
        var worst = expected.Zip(actual, (one, other) => Math.Abs(one - other)).Max();
        Assert.True(worst <= Tolerance * scale, $"{name}: {worst / scale:g3}");
    }
}
