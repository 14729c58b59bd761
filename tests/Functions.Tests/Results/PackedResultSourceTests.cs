using AeServerless.Engine;
using AeServerless.Functions.Results;
using AeServerless.Functions.Tests.Fixtures;
using AeServerless.TestSupport;
using Azure.Storage.Blobs;

namespace AeServerless.Functions.Tests.Results;

public sealed class PackedResultSourceTests
{
    private const int FileBytes = 1000;

    private static readonly string[] Names = ["b", "a", "c"];

    private readonly ResultStore _store;
    private readonly TestStorage _storage;

    public PackedResultSourceTests(AzuriteFixture azurite)
    {
        var settings = TestSettings.Create(azurite.ConnectionString);
        var service = new BlobServiceClient(azurite.ConnectionString);
        _store = new ResultStore(service, TestSettings.Read(settings));
        _storage = new TestStorage(service, settings);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData((3 * FileBytes) - 1)]
    [InlineData(3 * FileBytes)]
    [InlineData(1 << 20)]
    public async Task FilesOfAResult_AreWhatWasWritten_WhateverMemoryThereIs(int memory)
    {
        var (part, files) = await WriteAsync();

        var source = _store.Unpack(part, files, new byte[memory]);

        Assert.Equal(["a", "b", "c"], source.Names);
        var read = await Task.WhenAll(Names.Select(name => ReadAsync(source, name)));
        Assert.Equal(Names.Select(Content), read);
    }

    [Fact]
    public async Task ResultThatFits_IsReadOnce()
    {
        var (part, files) = await WriteAsync();
        var source = _store.Unpack(part, files, new byte[3 * FileBytes]);
        await source.OpenAsync("c", Cancel);

        await _storage.Results.GetBlobClient(part.Data()).DeleteAsync(cancellationToken: Cancel);

        Assert.Equal(Content("a"), await ReadAsync(source, "a"));
        Assert.Equal(Content("b"), await ReadAsync(source, "b"));
    }

    [Fact]
    public async Task ReadBeyondAFile_DoesNotReachTheNext()
    {
        var (part, files) = await WriteAsync();
        var file = await _store.Unpack(part, files, new byte[3 * FileBytes]).OpenAsync("a", Cancel);

        var error = await Assert.ThrowsAsync<InvalidInputException>(async () => await file.ReadAsync(1, new byte[FileBytes], Cancel));

        Assert.Contains("file a", error.Message, StringComparison.Ordinal);
    }

    private static byte[] Content(string name) => [.. Enumerable.Range(0, FileBytes).Select(i => (byte)(i * (name[0] - 'a' + 3)))];

    private static async Task<byte[]> ReadAsync(PackedResultSource source, string name)
    {
        var file = await source.OpenAsync(name, Cancel);
        var read = new byte[file.Length];
        await file.ReadAsync(0, read, Cancel);
        return read;
    }

    private async Task<(ResultAddress Part, IReadOnlyList<ResultFile> Files)> WriteAsync()
    {
        await _store.EnsureCreatedAsync(Cancel);
        var part = new ResultAddress(ResultKind.Chunk, TestNames.Next("packed"));
        using var sink = _store.Pack(part, Cancel);
        foreach (var name in Names)
        {
            await using var file = await sink.CreateAsync(name, Cancel);
            await file.WriteAsync(Content(name), Cancel);
            await file.CompleteAsync(Cancel);
        }

        return (part, await sink.CompleteAsync());
    }
}
