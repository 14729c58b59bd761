using AeServerless.Engine.Datasets;
using AeServerless.Engine.Runtime;
using AeServerless.Models.Running;
using AeServerless.Models.Weights;
using AeServerless.TestSupport;
using TorchSharp;

namespace AeServerless.Models.Tests.Running;

/// <summary>Counts what the whole process allocates and which tensors it has, so nothing else may run meanwhile.</summary>
[Collection(nameof(ModelRowsMemoryTests))]
[CollectionDefinition(nameof(ModelRowsMemoryTests), DisableParallelization = true)]
public sealed class ModelRowsMemoryTests
{
    private const string Forward = "mlp.post_act/forward/1";
    private const string Backward = "resid.post_mlp/backward/0";
    private const int Length = 128;
    private const int WindowTokens = 4096;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Rows in arrays of their own would be garbage of the size of what is read, which waits long for a collection.</summary>
    [Fact]
    public async Task Windows_LeaveNothingBehind()
    {
        using var model = await LanguageModel.LoadAsync(new ModelFolder(Repository.Sample("model")), Cancellation);
        using var engine = new EngineContext(new EngineOptions { Threads = 2 });
        var shard = await ShardAsync(model.Architecture.Vocabulary);
        using var rows = new ModelRows(model, shard, [Forward, Backward], null, engine);
        var (neurons, gradients) = (
            new float[WindowTokens * model.Architecture.MlpWidth], new float[WindowTokens * model.Architecture.Width]);
        async Task<(long Tensors, long Bytes)> ReadAsync(int window)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            await Task.WhenAll(
                rows.ReadRowsAsync(
                    Forward, model.Architecture.MlpWidth, (long)window * WindowTokens, neurons, Cancellation).AsTask(),
                rows.ReadRowsAsync(
                    Backward, model.Architecture.Width, (long)window * WindowTokens, gradients, Cancellation).AsTask());
            return (torch.Tensor.TotalCount, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        var first = await ReadAsync(0);
        var windows = new List<(long Tensors, long Bytes)>();
        for (var window = 1; window < 4; window++)
        {
            windows.Add(await ReadAsync(window));
        }

        Assert.All(windows, window => Assert.Equal(first.Tensors, window.Tensors));
        Assert.All(windows, window => Assert.InRange(window.Bytes, 0, neurons.Length * sizeof(float)));
    }

    private static Task<Shard> ShardAsync(int vocabulary)
    {
        var ids = Enumerable.Range(0, 4 * WindowTokens).Select(i => (ushort)(i * 7 % vocabulary)).ToArray();
        var lengths = Enumerable.Repeat(Length, ids.Length / Length).ToArray();
        return TokenShard.CreateAsync(ids, lengths, Cancellation);
    }
}
