using AeServerless.Engine.IO;
using AeServerless.Engine.Results;
using AeServerless.Engine.Tensors;
using AeServerless.TestSupport;
using CsCheck;

namespace AeServerless.Engine.Tests.Results;

public sealed class LoadedResultTests
{
    private const string Name = "file.safetensors";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task FileThatNoArrayHolds_HasTheSameNumbers() =>
        await Gen.Select(Gen.Int[0, 20].Array[1, 12], Gen.Int[80, 500]).SampleAsync(async (lengths, mostBytes) =>
        {
            using var folder = new TemporaryFolder();
            var directory = await WriteAsync(folder, lengths);

            using var loaded = await LoadedResult.LoadAsync(directory, Name, Cancellation, mostBytes);

            for (var tensor = 0; tensor < lengths.Length; tensor++)
            {
                Assert.Equal(Numbers(tensor, lengths[tensor]), loaded.Numbers<int>($"t{tensor}", TensorDtype.I32).ToArray());
            }
        },
        iter: 50, threads: 1);

    [Fact]
    public async Task TensorThatNoArrayHolds_IsNamed()
    {
        using var folder = new TemporaryFolder();
        var directory = await WriteAsync(folder, [3, 30, 3]);

        var error = await Assert.ThrowsAsync<InvalidInputException>(() => LoadedResult.LoadAsync(directory, Name, Cancellation, 100));

        Assert.Contains("'t1'", error.Message, StringComparison.Ordinal);
        Assert.Contains("has 120 bytes", error.Message, StringComparison.Ordinal);
    }

    private static int[] Numbers(int tensor, int count) => [.. Enumerable.Range(0, count).Select(i => (tensor * 1000) + i)];

    private static async Task<ResultDirectory> WriteAsync(TemporaryFolder folder, int[] lengths)
    {
        await using var stream = File.Create(folder.File(Name));
        await using var writer = await SafetensorsWriter.CreateAsync(
            stream,
            [.. lengths.Select((length, tensor) => new TensorSpec($"t{tensor}", TensorDtype.I32, [length]))],
            metadata: null,
            Cancellation);
        for (var tensor = 0; tensor < lengths.Length; tensor++)
        {
            await writer.WriteAsync(Numbers(tensor, lengths[tensor]), Cancellation);
        }

        await writer.CompleteAsync(Cancellation);
        return new ResultDirectory(folder.Path);
    }
}
