using AeServerless.Engine;
using AeServerless.Functions.Chunks;
using AeServerless.Functions.Tests.Fixtures;
using AeServerless.TestSupport;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace AeServerless.Functions.Tests.Orchestrations;

/// <summary>What becomes of a run that is ended while chunks are done and others are not.</summary>
public sealed class TerminatedRunTests(AzuriteFixture azurite)
{
    private const int Chunks = 10;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ChunksThatWereDone_StayCounted_AndOneThatIsHandedOutIsNotComputed()
    {
        var held = new HeldShardPolicy();
        var options = new BlobClientOptions();
        options.AddPolicy(held, HttpPipelinePosition.PerCall);
        await using var app = await TestApp.StartAsync(
            TestSettings.Create(azurite.ConnectionString),
            services => services.AddSingleton(new BlobServiceClient(azurite.ConnectionString, options)));
        try
        {
            var dataset = new TestDataset(app.Storage);
            await dataset.UploadAsync();
            var runId = await app.StartRunAsync(dataset.Name, TestDataset.Recipe);
            await Polling.UntilAsync(
                async () => (await app.SendAsync(HttpMethod.Get, $"runs/{runId}")).Body.GetProperty("chunksDone").GetInt32() == Chunks - 1
                    ? runId
                    : null,
                Cancel);

            await app.SendAsync(HttpMethod.Delete, $"runs/{runId}");
            var run = await app.WaitAsync(runId);

            Assert.Equal("terminated", run.GetProperty("status").GetString());
            Assert.Equal(Chunks - 1, run.GetProperty("chunksDone").GetInt32());
            Assert.Equal(Chunks, run.GetProperty("chunksTotal").GetInt32());
            Assert.InRange(run.GetProperty("tokensDone").GetInt32(), 1, (2 * TestDataset.Lengths.Sum()) - 1);
            var error = await Assert.ThrowsAsync<InvalidInputException>(() =>
                ActivatorUtilities.CreateInstance<ComputeChunk>(app.Services).RunAsync(
                    new ChunkReference(runId, Group: 0, Chunk: 0), app.Services.GetRequiredService<DurableTaskClient>(), Cancel));
            Assert.Equal("run: was terminated", error.Message);
        }
        finally
        {
            held.Release();
        }
    }

    /// <summary>Lets the first who reads rows of the second shard wait until it is told to: one chunk is not done.</summary>
    private sealed class HeldShardPolicy : HttpPipelinePolicy
    {
        // Header, tokens and sequence lengths are before it, and planning reads those.
        private const long FirstRow = 1_500;

        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _held;

        public void Release() => _released.TrySetResult();

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => ProcessNext(message, pipeline);

        public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            if (message.Request.Uri.Path.EndsWith("00001.safetensors", StringComparison.Ordinal)
                && message.Request.Headers.TryGetValue("x-ms-range", out var range)
                && long.Parse(range.Split('=', '-')[1], System.Globalization.CultureInfo.InvariantCulture) >= FirstRow
                && Interlocked.Exchange(ref _held, 1) == 0)
            {
                await _released.Task.WaitAsync(message.CancellationToken);
            }

            await ProcessNextAsync(message, pipeline);
        }
    }
}
