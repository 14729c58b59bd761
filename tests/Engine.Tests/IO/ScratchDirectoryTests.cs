using AeServerless.Engine.IO;

namespace AeServerless.Engine.Tests.IO;

public sealed class ScratchDirectoryTests
{
    [Fact]
    public async Task Disposed_LeavesNothing()
    {
        string folder;
        using (var scratch = new ScratchDirectory())
        {
            folder = scratch.Results.Path;
            await WriteAsync(scratch);
            Assert.True(Directory.Exists(folder));
        }

        Assert.False(Directory.Exists(folder));
        Assert.False(File.Exists(folder + ".lock"));
    }

    [Fact]
    public async Task WhatAKilledProcessLeft_IsRemoved_AndWhatIsInUseIsNot()
    {
        using var inUse = new ScratchDirectory();
        await WriteAsync(inUse);
        var left = Path.Combine(ScratchDirectory.Parent, Path.GetRandomFileName());
        Directory.CreateDirectory(left);
        await File.WriteAllTextAsync(Path.Combine(left, "part"), "of a chunk", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(left + ".lock", "", TestContext.Current.CancellationToken);

        using var next = new ScratchDirectory();
        await WriteAsync(next);

        Assert.False(Directory.Exists(left));
        Assert.False(File.Exists(left + ".lock"));
        Assert.Equal(["a file"], inUse.Results.Names);
    }

    private static async Task WriteAsync(ScratchDirectory scratch)
    {
        await using var file = await scratch.Results.CreateAsync("a file", TestContext.Current.CancellationToken);
        await file.CompleteAsync(TestContext.Current.CancellationToken);
    }
}
