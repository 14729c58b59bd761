using System.Text;
using static AeServerless.Cli.Tests.Conversion.SaeLensCache;

namespace AeServerless.Cli.Tests.Conversion;

[Collection(ConsoleCollection.Name)]
public sealed class HuggingFaceTests : IDisposable
{
    private readonly ConvertedFolder _folder = new();

    // Two batches of different numbers of rows; a NaN with bits of its own among the values.
    private readonly int[] _ids = [.. Enumerable.Range(100, 5 * Context)];
    private readonly float[] _values =
    [
        BitConverter.UInt32BitsToSingle(0x7FC0_1234), .. Enumerable.Range(1, (5 * Context * Width) - 1).Select(i => i / 8f),
    ];

    [Theory]
    [InlineData("stream")]
    [InlineData("file")]
    [InlineData("parquet")]
    [InlineData("saved")]
    [InlineData("parquet folder")]
    public async Task TheCacheOfSaeLens_BecomesADatasetWithTheSameBits(string kind)
    {
        var path = kind switch
        {
            "stream" => Put("cache.arrow", Stream(Part(0, 2), Part(2, 5))),
            "file" => Put("cache.feather", File(Part(0, 2), Part(2, 5))),
            "parquet" => Put("cache.parquet", Parquet(Part(0, 2), Part(2, 5))),
            "saved" => Saved(),
            _ => Folder(),
        };

        var (exitCode, output, errors) = await _folder.RunAsync($"{path}#token_ids", $"{path}#{Hook}");

        Assert.True(exitCode == 0, errors);
        Assert.Contains("Wrote 20 tokens in 3 shards", output, StringComparison.Ordinal);
        var (manifest, tokens, activations) = await _folder.ReadAsync();
        Assert.Equal(_ids.Select(id => (long)id), tokens);
        Assert.Equal(ConvertedFolder.Bytes<float>(_values), activations);
        Assert.All(manifest.Shards, shard => Assert.Equal(64, shard.Sha256?.Length));
    }

    [Theory]
    [InlineData("cache.arrow")]
    [InlineData("cache.parquet")]
    public async Task ColumnsThatAreNotNamed_AreFoundByWhatTheyAre_AndHalvesStayHalves(string name)
    {
        var batch = Batch(_ids, _values, half: true);
        Put(name, name == "cache.arrow" ? Stream(batch) : Parquet(batch));

        var (exitCode, _, errors) = await _folder.RunAsync(name, name);

        Assert.True(exitCode == 0, errors);
        var (_, tokens, activations) = await _folder.ReadAsync();
        Assert.Equal(_ids.Select(id => (long)id), tokens);
        Assert.Equal(ConvertedFolder.Bytes(_values.Select(value => (Half)value)), activations);
    }

    [Fact]
    public async Task TokenIdsAlone_BecomeADatasetOfTokens()
    {
        Put("cache.arrow", Stream(Part(0, 5)));

        var (exitCode, _, errors) = await _folder.RunAsync("cache.arrow#token_ids", activations: null);

        Assert.True(exitCode == 0, errors);
        var (_, tokens, activations) = await _folder.ReadAsync();
        Assert.Equal(_ids.Select(id => (long)id), tokens);
        Assert.Empty(activations);
    }

    [Theory]
    [InlineData("arrow", "ragged", "row 1 of a batch has 2 entries")]
    [InlineData("parquet", "ragged", "a list has 2 entries")]
    [InlineData("arrow", "nulls", "has 1 nulls")]
    [InlineData("parquet", "nulls", "has 1 nulls")]
    public async Task RowsThatAreNotWhole_AreRefused(string kind, string fault, string said)
    {
        var lengths = Enumerable.Repeat(Width, 2 * Context).ToArray();
        lengths[5] = fault == "ragged" ? 2 : Width;
        var batch = Batch(_ids[..(2 * Context)], _values[..lengths.Sum()], lengths, nulls: fault == "nulls" ? 1 : 0);
        Put($"cache.{kind}", kind == "arrow" ? Stream(batch) : Parquet(batch));

        await _folder.RefusesAsync($"cache.{kind}#token_ids", $"cache.{kind}#{Hook}", $"cache.{kind}", Hook, said);
    }

    [Theory]
    [InlineData("cache.arrow#none", "cache.arrow", "column 'none'", "the columns are text, " + Hook + ", token_ids")]
    [InlineData("cache.arrow#text", "cache.arrow", "is Utf8; numbers or lists of numbers are needed")]
    [InlineData("cache.arrow#" + Hook, "cache.arrow", "is F32; int64, int32, uint32 or uint16 is needed")]
    [InlineData("cache.parquet#none", "cache.arrow", "column 'none'", "the columns are text, " + Hook + ", token_ids")]
    [InlineData("cache.parquet#text", "cache.arrow", "numbers or lists of numbers are needed")]
    [InlineData("cache.arrow", "cache.arrow#token_ids", "is I32; float32 or float16 is needed")]
    [InlineData("cache.arrow", "cache.arrow#text", "is Utf8; numbers or lists of numbers are needed")]
    [InlineData("saved", "saved", "flatten_indices()")]
    [InlineData("splits", "splits", "has several splits: name the folder of one, test, train")]
    [InlineData("mixed", "mixed", "has files of several kinds, .arrow, .parquet")]
    [InlineData("empty", "empty", "has none of the files that are read")]
    [InlineData("state", "state", "'_data_files'")]
    public async Task WhatIsNotThere_OrOfAnotherKind_IsRefusedByName(string tokens, string activations, params string[] said)
    {
        Put("cache.arrow", Stream(Part(0, 5)));
        Put("cache.parquet", Parquet(Part(0, 5)));
        Put("saved/state.json", Encoding.UTF8.GetBytes(
            """{"_data_files": [{"filename": "a.arrow"}], "_indices_data_files": [{"filename": "indices.arrow"}]}"""));
        Put("splits/dataset_dict.json", "{}"u8.ToArray());
        Put("splits/test/state.json", "{}"u8.ToArray());
        Put("splits/train/state.json", "{}"u8.ToArray());
        Put("mixed/a.arrow", []);
        Put("mixed/a.parquet", []);
        Put("empty/readme.md", []);
        Put("state/state.json", "{}"u8.ToArray());

        await _folder.RefusesAsync(tokens, activations, said);
    }

    [Fact]
    public async Task FilesOfOneDatasetWithOtherWidths_AreRefused()
    {
        Put("parts/0.arrow", Stream(Part(0, 2)));
        Put("parts/1.arrow", Stream(Batch(_ids[..Context], _values[..(Context * 2)], [2, 2, 2, 2])));

        await _folder.RefusesAsync("parts#token_ids", $"parts#{Hook}", "1.arrow", "F32 [1, 4, 2]", "only the number of rows may differ");
    }

    public void Dispose() => _folder.Dispose();

    private Apache.Arrow.RecordBatch Part(int first, int end) => Batch(
        _ids[(first * Context)..(end * Context)], _values[(first * Context * Width)..(end * Context * Width)]);

    private string Put(string name, byte[] content)
    {
        _folder.Write(name, content);
        return name;
    }

    // The order is that of state.json, and not of names.
    private string Saved()
    {
        Put("saved/b.arrow", Stream(Part(0, 3)));
        Put("saved/a.arrow", Stream(Part(3, 5)));
        Put("saved/dataset_info.json", "{}"u8.ToArray());
        Put("saved/state.json", Encoding.UTF8.GetBytes(State("b.arrow", "a.arrow")));
        return "saved";
    }

    private string Folder()
    {
        Put("data/train-00000-of-00002.parquet", Parquet(Part(0, 1), Part(1, 3)));
        Put("data/train-00001-of-00002.parquet", Parquet(Part(3, 5)));
        return "data";
    }
}
