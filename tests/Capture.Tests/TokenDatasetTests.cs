using System.Text;
using AeServerless.Capture.Tests.Tokenization;
using AeServerless.Capture.Tokenization;
using AeServerless.Engine;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;
using AeServerless.Models.Tokenizers;
using AeServerless.TestSupport;

namespace AeServerless.Capture.Tests;

public sealed class TokenDatasetTests : IDisposable
{
    private static readonly TextTokenizer Tokenizer = SampleTokenizer.Load();

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ResultDirectory Dataset => new(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(65_535, TensorDtype.U16)]
    [InlineData(65_536, TensorDtype.I32)]
    public async Task Sequences_ReadBackAsTheyWere(int largest, TensorDtype dtype)
    {
        int[][] sequences = [[1, 2, 3], [largest], [7, 0], [5, 5, 5, 5]];
        var manifest = await new TokenDataset(Request() with { LargestId = largest, ShardTokens = 5 }).RunAsync(
            sequences.ToAsyncEnumerable(), Dataset, cancellationToken: Cancellation);

        Assert.Equal([4L, 2, 4], manifest.Shards.Select(shard => shard.Tokens));
        var read = new List<long>();
        foreach (var reference in manifest.Shards)
        {
            var source = await Dataset.OpenAsync(reference.Path, Cancellation);
            using var handle = (IDisposable)source;
            var shard = await Shard.OpenAsync(source, reference, Cancellation, manifest.Layers);
            Assert.True(shard.IsOfTokensAlone);
            Assert.Equal(dtype, shard.File.GetTensor(TensorNames.Tokens).Dtype);
            var ids = new long[shard.Tokens];
            await shard.ReadTokensAsync(0, ids, Cancellation);
            read.AddRange(ids);
        }

        Assert.Equal(sequences.SelectMany(ids => ids).Select(id => (long)id), read);
        Assert.Equal(manifest.ToJson(), DatasetManifest.Parse(manifest.ToJson(), "manifest.json").ToJson());
    }

    [Fact]
    public async Task MillionTokens_TakeTwoBytesEach()
    {
        var text = await File.ReadAllTextAsync(Repository.Sample("text/train.txt"), Cancellation);
        var sequences = DocumentSequences.PackAsync(Parts(text), Tokenizer, 128, specialTokens: true, Cancellation);
        var manifest = await new TokenDataset(Request()).RunAsync(sequences, Dataset, cancellationToken: Cancellation);

        var tokens = manifest.Shards.Sum(shard => shard.Tokens);
        var bytes = manifest.Shards.Sum(shard => new FileInfo(_folder.File(shard.Path)).Length);
        Assert.InRange((double)bytes / tokens, 2, 2.1);
    }

    [Fact]
    public async Task IdThatTheTokenizerLacks_IsNamed()
    {
        var error = await Assert.ThrowsAsync<InvalidInputException>(() => new TokenDataset(Request()).RunAsync(
            new[] { new[] { 1024 } }.ToAsyncEnumerable(), Dataset, cancellationToken: Cancellation));

        Assert.Contains("has the id 1024; ids are 0 to 1023", error.Message, StringComparison.Ordinal);
        Assert.False(Dataset.Exists(DatasetManifest.FileName));
    }

    [Fact]
    public async Task Documents_ArePackedOrHaveASequenceEach()
    {
        const string json = "{\"text\":\" the the the\"}\n\n{\"other\":1,\"text\":\" the\"}\n{\"text\":\"\"}\n{\"text\":\" the the\"}\n";
        var the = Assert.Single(Tokenizer.Encode(" the"));

        var packed = await DocumentSequences.PackAsync(Lines(json), Tokenizer, 4, true, Cancellation).ToListAsync(Cancellation);
        var each = await DocumentSequences.OneEachAsync(Lines(json), Tokenizer, 2, true, Cancellation).ToListAsync(Cancellation);

        Assert.Equal([[the, the, the, the], [the, the]], packed);
        Assert.Equal([[the, the], [the], [the, the]], each);
    }

    [Fact]
    public async Task SequencesOfATokenizerWithBos_BeginWithIt()
    {
        using var gemma = await TextTokenizer.LoadAsync(
            new Models.Weights.ModelFolder(Path.Combine(Repository.Root, "tests", "golden-tokenizers", "gemma")), Cancellation);
        var ids = gemma.Encode("In the beginning", specialTokens: false);
        var bos = gemma.Encode("In the beginning")[0];

        var packed = await DocumentSequences.PackAsync(Parts("In the beginning"), gemma, 4, true, Cancellation).ToListAsync(Cancellation);
        var plain = await DocumentSequences.PackAsync(Parts("In the beginning"), gemma, 4, false, Cancellation).ToListAsync(Cancellation);

        Assert.Equal(ids, packed.SelectMany(sequence => sequence.Skip(1)));
        Assert.All(packed, sequence => Assert.Equal(bos, sequence[0]));
        Assert.Equal(ids, plain.SelectMany(sequence => sequence));
    }

    [Theory]
    [InlineData("[1]", "docs, line 1: has no field 'text'")]
    [InlineData("{\"text\":\"a\"}\n{\"text\":1}", "docs, line 2: has no field 'text'")]
    [InlineData("{", "docs, line 1: is not valid JSON")]
    public async Task WrongLine_IsNamed(string json, string message)
    {
        var error = await Assert.ThrowsAsync<InvalidInputException>(async () => await Lines(json).ToListAsync(Cancellation));

        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LineThatIsNoUtf8_IsRefused()
    {
        var documents =
            DocumentParts.OfJsonLinesAsync("docs", new MemoryStream([.. "{\"text\":\""u8, 0xFF, .. "\"}"u8]), "text", Cancellation);
        var error = await Assert.ThrowsAsync<InvalidInputException>(async () => await documents.ToListAsync(Cancellation));

        Assert.Equal("docs: is not valid UTF-8 text", error.Message);
    }

    private static TokenDatasetRequest Request() => new() { LargestId = 1023, ModelBlob = "models/m/model.safetensors", Layers = 4 };

    private static IAsyncEnumerable<DocumentPart> Parts(string text) => new[] { new DocumentPart(text, true, true) }.ToAsyncEnumerable();

    private static IAsyncEnumerable<DocumentPart> Lines(string json) =>
        DocumentParts.OfJsonLinesAsync("docs", new MemoryStream(Encoding.UTF8.GetBytes(json)), "text", Cancellation);
}
