using AeServerless.Engine;
using AeServerless.Functions.Blobs;
using AeServerless.Functions.Tests.Fixtures;
using AeServerless.TestSupport;
using Azure.Storage.Blobs;

namespace AeServerless.Functions.Tests.Blobs;

public sealed class BlobByteSourceTests
{
    private const int Length = (9 << 20) + 123;

    private static readonly byte[] Content = Make();

    private readonly TestStorage _storage;
    private readonly InputStore _store;

    public BlobByteSourceTests(AzuriteFixture azurite)
    {
        var settings = TestSettings.Create(azurite.ConnectionString);
        var service = new BlobServiceClient(azurite.ConnectionString);
        _storage = new TestStorage(service, settings);
        _store = new InputStore(service, TestSettings.Read(settings));
    }

    public static TheoryData<long, int> Ranges => new()
    {
        { 0, 8 },
        { 0, Length },
        { (4 << 20) - 5, 10 },
        { 100, (4 << 20) - 1 },
        { 1, 5 << 20 },
        { Length - 7, 7 },
        { 0, 0 },
    };

    [Theory]
    [MemberData(nameof(Ranges))]
    public async Task Range_IsReadAsItIs(long offset, int count)
    {
        var source = _store.Open(await UploadAsync(Content));
        var read = new byte[count];

        await source.ReadAsync(offset, read, TestContext.Current.CancellationToken);

        Assert.True(read.AsSpan().SequenceEqual(Content.AsSpan((int)offset, count)));
    }

    [Fact]
    public async Task RowsReadForward_AreReadAsTheyAre()
    {
        var source = _store.Open(await UploadAsync(Content));
        var row = new byte[300_000];
        for (var offset = 0; offset + row.Length <= Length; offset += row.Length)
        {
            await source.ReadAsync(offset, row, TestContext.Current.CancellationToken);
            Assert.True(row.AsSpan().SequenceEqual(Content.AsSpan(offset, row.Length)));
        }
    }

    [Fact]
    public async Task BlobThatChanged_NamesItAndThePlannedVersion()
    {
        var blob = await UploadAsync([1, 2, 3]);
        await _storage.UploadAsync(blob.Path, [4, 5, 6]);

        var error = await Assert.ThrowsAsync<InvalidInputException>(() => ReadAsync(blob, 0, 3));

        Assert.Equal(blob.Path, error.Subject);
        Assert.Contains($"has changed since the run was planned with version {blob.ETag}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BlobThatIsGone_SaysSo()
    {
        var blob = await UploadAsync([1, 2, 3]);
        await _storage.DeleteAsync(blob.Path);

        var error = await Assert.ThrowsAsync<InvalidInputException>(() => ReadAsync(blob, 0, 3));

        Assert.Contains(
            $"{blob.Path}: has changed since the run was planned with version {blob.ETag}, or is gone",
            error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task RangeBeyondTheEnd_IsTruncated()
    {
        var error = await Assert.ThrowsAsync<InvalidInputException>(async () => await ReadAsync(await UploadAsync([1, 2, 3]), 2, 5));

        Assert.Contains("is truncated: bytes 2 to 7 are needed, and it has 3", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("models/../results/x")]
    [InlineData("results/x")]
    [InlineData("models//x")]
    [InlineData("models/a\\b")]
    [InlineData("models/")]
    [InlineData("secrets/x")]
    public async Task PathThatLeavesItsContainer_IsRefused(string path) =>
        await Assert.ThrowsAsync<InvalidInputException>(() => _store.FindAsync(path, TestContext.Current.CancellationToken));

    [Fact]
    public async Task SameBytesAgain_HaveTheSameIdentity()
    {
        var first = await UploadAsync([1, 2, 3]);
        await _storage.UploadAsync(first.Path, [1, 2, 3]);
        var second = await _store.FindAsync(first.Path, TestContext.Current.CancellationToken);

        Assert.NotEqual(first.ETag, second!.ETag);
        Assert.Equal(first.Identity(), second.Identity());
    }

    private static byte[] Make()
    {
        var content = new byte[Length];
        new Random(1).NextBytes(content);
        return content;
    }

    private async Task ReadAsync(InputBlob blob, long offset, int count) =>
        await _store.Open(blob).ReadAsync(offset, new byte[count], TestContext.Current.CancellationToken);

    private async Task<InputBlob> UploadAsync(byte[] content)
    {
        var path = $"models/{TestNames.Next("blob")}";
        await _storage.UploadAsync(path, content);
        return (await _store.FindAsync(path, TestContext.Current.CancellationToken))!;
    }
}
