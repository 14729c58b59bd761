using AeServerless.Functions.Tests.Fixtures;
using AeServerless.TestSupport;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using Microsoft.Extensions.DependencyInjection;

namespace AeServerless.Functions.Tests.Orchestrations;

/// <summary>What becomes of a run when an activity fails for good.</summary>
public sealed class FailingRunTests(AzuriteFixture azurite)
{
    private const int ChunksOfAShard = 5;

    [Fact]
    public async Task InputThatChangesWhileItIsComputed_FailsTheRunWithoutRetriesAndKeepsTheCounts()
    {
        var changes = new ChangedShardPolicy();
        var options = new BlobClientOptions();
        options.AddPolicy(changes, HttpPipelinePosition.PerCall);
        await using var app = await TestApp.StartAsync(
            TestSettings.Create(azurite.ConnectionString),
            services => services.AddSingleton(new BlobServiceClient(azurite.ConnectionString, options)));
        var dataset = new TestDataset(app.Storage);
        await dataset.UploadAsync();

        var run = await app.RunAsync(dataset.Name, TestDataset.Recipe);

        Assert.Equal("failed", run.GetProperty("status").GetString());
        Assert.Equal("failed", run.GetProperty("phase").GetString());
        Assert.Equal(dataset.ShardPath(1), run.GetProperty("error").GetProperty("subject").GetString());
        Assert.StartsWith(
            "has changed since the run was planned", run.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(ChunksOfAShard, run.GetProperty("chunksDone").GetInt32());
        Assert.Equal(TestDataset.Lengths.Sum(), run.GetProperty("tokensDone").GetInt32());
        Assert.InRange(changes.Seen, ChunksOfAShard, 2 * ChunksOfAShard);
    }

    /// <summary>Asks for the rows of the second shard in a version that it does not have, so that storage refuses them.</summary>
    private sealed class ChangedShardPolicy : HttpPipelineSynchronousPolicy
    {
        // Header, tokens and sequence lengths are before it, and planning reads those.
        private const long FirstRow = 1_500;

        private int _seen;

        public int Seen => _seen;

        public override void OnSendingRequest(HttpMessage message)
        {
            if (!message.Request.Uri.Path.EndsWith("00001.safetensors", StringComparison.Ordinal)
                || !message.Request.Headers.TryGetValue("x-ms-range", out var range)
                || long.Parse(range.Split('=', '-')[1]) < FirstRow)
            {
                return;
            }

            Interlocked.Increment(ref _seen);
            message.Request.Headers.SetValue("If-Match", "\"0x0\"");
        }
    }
}
