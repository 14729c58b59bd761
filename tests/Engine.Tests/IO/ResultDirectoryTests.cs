using AeServerless.Engine.IO;
using AeServerless.Engine.Results;
using AeServerless.Engine.Tensors;
using AeServerless.TestSupport;

namespace AeServerless.Engine.Tests.IO;

public sealed class ResultDirectoryTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task File_ExistsOnlyOnceItIsComplete()
    {
        using var folder = new TemporaryFolder();
        var directory = new ResultDirectory(folder.Path);

        var stream = await directory.CreateAsync("statistics/a/2.bin", Cancellation);
        await stream.WriteAsync(new byte[] { 1, 2, 3 }, Cancellation);
        Assert.Empty(directory.Names);
        await stream.CompleteAsync(Cancellation);
        await stream.DisposeAsync();

        Assert.Equal(["statistics/a/2.bin"], directory.Names);
        var source = await directory.OpenAsync("statistics/a/2.bin", Cancellation);
        using var handle = source as IDisposable;
        var bytes = new byte[2];
        await source.ReadAsync(1, bytes, Cancellation);
        Assert.Equal([2, 3], bytes);
        await Assert.ThrowsAsync<InvalidInputException>(() => source.ReadAsync(2, bytes, Cancellation).AsTask());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WriterThatFails_LeavesNoFile_AndTheOneBefore(bool existsBefore)
    {
        using var folder = new TemporaryFolder();
        var directory = new ResultDirectory(folder.Path);
        if (existsBefore)
        {
            await using var before = await directory.CreateAsync("a", Cancellation);
            await before.WriteAsync(new byte[] { 7 }, Cancellation);
            await before.CompleteAsync(Cancellation);
        }

        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            await using var stream = await directory.CreateAsync("a", Cancellation);
            await stream.WriteAsync(new byte[] { 1, 2, 3 }, Cancellation);
            throw new InvalidOperationException("in the middle");
        });

        var files = Directory.GetFiles(folder.Path);
        Assert.Equal(existsBefore ? 1 : 0, files.Length);
        Assert.All(files, file => Assert.Equal([7], File.ReadAllBytes(file)));
    }

    [Fact]
    public async Task SetOfTensorsThatFails_LeavesNoFile()
    {
        using var folder = new TemporaryFolder();
        using var tensors = new TensorSet();
        tensors.Add("whole", [1L, 2L]);
        tensors.Add("cut", TensorDtype.F32, [1000], async (writer, cancellation) =>
        {
            await writer.WriteAsync(new float[10], cancellation);
            throw new InvalidOperationException("in the middle");
        });

        await Assert.ThrowsAsync<InvalidOperationException>(
            () => tensors.WriteAsync(new ResultDirectory(folder.Path), "statistics/x.safetensors", Cancellation));

        Assert.Empty(Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories));
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
