using AeServerless.Engine.IO;
using AeServerless.TestSupport;

namespace AeServerless.Engine.Tests.IO;

public sealed class ResultDirectoryTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task File_ExistsOnlyOnceItsStreamIsDisposed()
    {
        using var folder = new TemporaryFolder();
        var directory = new ResultDirectory(folder.Path);

        var stream = await directory.CreateAsync("statistics/a/2.bin", Cancellation);
        await stream.WriteAsync(new byte[] { 1, 2, 3 }, Cancellation);
        Assert.Empty(directory.Names);
        await stream.DisposeAsync();

        Assert.Equal(["statistics/a/2.bin"], directory.Names);
        var source = await directory.OpenAsync("statistics/a/2.bin", Cancellation);
        using var handle = source as IDisposable;
        var bytes = new byte[2];
        await source.ReadAsync(1, bytes, Cancellation);
        Assert.Equal([2, 3], bytes);
        await Assert.ThrowsAsync<InvalidInputException>(() => source.ReadAsync(2, bytes, Cancellation).AsTask());
    }

    [Fact]
    public async Task NamesOutsideTheFolder_Throw()
    {
        using var folder = new TemporaryFolder();
        var directory = new ResultDirectory(folder.Path);

        await Assert.ThrowsAsync<InvalidInputException>(() => directory.CreateAsync("../x", Cancellation).AsTask());
        await Assert.ThrowsAsync<InvalidInputException>(() => directory.OpenAsync("/etc/passwd", Cancellation).AsTask());
        await Assert.ThrowsAsync<InvalidInputException>(() => directory.OpenAsync("missing", Cancellation).AsTask());
    }
}
