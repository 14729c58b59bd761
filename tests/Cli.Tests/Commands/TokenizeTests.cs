using AeServerless.Cli.Tokenize;
using AeServerless.Engine;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.IO;
using AeServerless.TestSupport;
using ParquetSharp;

namespace AeServerless.Cli.Tests.Commands;

[Collection(ConsoleCollection.Name)]
public sealed class TokenizeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task TokenDataset_IsPlannedAsRun()
    {
        await TokenizeAsync("--text", Sample("text/heldout.txt"), "--max-tokens", "1000");
        var (exitCode, output, errors) = await Ae.RunAsync(
            "plan", Sample("demo.json"), "--dataset", _folder.File("tokens"), "--model", Sample("model"),
            "--autoencoders", Sample("autoencoders"));

        Assert.True(exitCode == 0, errors);
        Assert.Contains("Runs models/model/model.safetensors, layers 0 to 3 of 4, forward and backward", output, StringComparison.Ordinal);
        Assert.Contains("mlp.post_act of layer 2: run, mlp.post_act/forward/2", output, StringComparison.Ordinal);
        Assert.Contains("Running the model takes", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TokenizerAlone_IsEnough()
    {
        await File.WriteAllTextAsync(_folder.File("text.txt"), "In the beginning", Cancellation);
        await TokenizeWithAsync(
            Path.Combine(TestSupport.Repository.Root, "tests", "golden-tokenizers", "gemma"), "--text", _folder.File("text.txt"));

        var manifest = await ManifestAsync();
        Assert.Equal(("models/gemma/model.safetensors", 0), (manifest.Model, manifest.Layers));
        Assert.NotNull(manifest.TokenizerSha256);
    }

    [Fact]
    public async Task FilesOfAllKinds_AreDocuments()
    {
        await File.WriteAllTextAsync(_folder.File("a.txt"), " the the", Cancellation);
        await File.WriteAllTextAsync(_folder.File("b.jsonl"), "{\"body\":\" the\"}\n{\"body\":\" the the the\"}\n", Cancellation);
        WriteParquet(_folder.File("c.parquet"), [" the", null, " the the"]);
        await TokenizeAsync(
            "--text", _folder.File("a.txt"), _folder.File("b.jsonl"), _folder.File("c.parquet"), "--field", "body", "--one-document-each");

        var manifest = await ManifestAsync();
        using var source = new FileByteSource(Path.Combine(_folder.File("tokens"), manifest.Shards[0].Path));
        var shard = await Shard.OpenAsync(source, manifest.Shards[0], Cancellation);
        Assert.Equal([2, 1, 3, 1, 2], shard.SequenceLengths);
    }

    [Fact]
    public async Task ColumnThatIsNotThere_IsNamed()
    {
        WriteParquet(_folder.File("c.parquet"), ["a"]);

        var error = await Assert.ThrowsAsync<InvalidInputException>(
            async () => await ParquetDocuments.ReadAsync(_folder.File("c.parquet"), "text", Cancellation).ToListAsync(Cancellation));

        Assert.Contains("column 'text': is missing; columns are id, body", error.Message, StringComparison.Ordinal);
    }

    private static string Sample(string path) => TestSupport.Repository.Sample(path);

    private static void WriteParquet(string path, string?[] texts)
    {
        using var file = new ParquetFileWriter(path, [new Column<int>("id"), new Column<string?>("body")]);
        using var group = file.AppendRowGroup();
        using (var ids = group.NextColumn().LogicalWriter<int>())
        {
            ids.WriteBatch([.. Enumerable.Range(0, texts.Length)]);
        }

        using (var bodies = group.NextColumn().LogicalWriter<string?>())
        {
            bodies.WriteBatch(texts);
        }

        file.Close();
    }

    private Task TokenizeAsync(params string[] arguments) => TokenizeWithAsync(Sample("model"), arguments);

    private async Task TokenizeWithAsync(string tokenizer, params string[] arguments)
    {
        var (exitCode, _, errors) =
            await Ae.RunAsync(["tokenize", "--tokenizer", tokenizer, "--out", _folder.File("tokens"), .. arguments]);
        Assert.True(exitCode == 0, errors);
    }

    private async Task<DatasetManifest> ManifestAsync() => DatasetManifest.Parse(
        await File.ReadAllBytesAsync(Path.Combine(_folder.File("tokens"), DatasetManifest.FileName), Cancellation), "manifest.json");
}
