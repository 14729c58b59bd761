using AeServerless.Functions.Blobs;
using AeServerless.Functions.Starting;
using AeServerless.Functions.Tests.Fixtures;
using AeServerless.Functions.Triggers;
using AeServerless.TestSupport;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging.Abstractions;

namespace AeServerless.Functions.Tests.Triggers;

/// <summary>What hinders the start of an upload's runs is waited for: a Functions host would give the blob up within a second.</summary>
public sealed class UploadedDatasetTests(AzuriteFixture azurite)
{
    private const int AllTries = 5;

    [Fact]
    public async Task HindranceThatPasses_IsWaitedForWithGrowingPauses()
    {
        var time = new RecordedPauses();

        await StartAsync(time, failures: AllTries - 1);

        Assert.Equal([2, 4, 8, 16], time.Seconds);
    }

    [Fact]
    public async Task HindranceThatStays_IsTheHostsToRetry()
    {
        var time = new RecordedPauses();

        await Assert.ThrowsAsync<StorageException>(() => StartAsync(time, failures: AllTries));

        Assert.Equal([2, 4, 8, 16], time.Seconds);
    }

    private async Task StartAsync(TimeProvider time, int failures)
    {
        var settings = TestSettings.Read(TestSettings.Create(azurite.ConnectionString));
        var options = new BlobClientOptions { Retry = { MaxRetries = 0 } };
        options.AddPolicy(new FailingRequests(failures), HttpPipelinePosition.PerCall);
        var inputs = new InputStore(new BlobServiceClient(azurite.ConnectionString, options), settings);
        var recipes = new RecipeStore(inputs, NullLogger<RecipeStore>.Instance);

        // There is no recipe, so nothing is started, and neither hub nor starter is asked.
        var uploaded = new UploadedDataset(starter: null!, recipes, time, NullLogger<UploadedDataset>.Instance);
        await uploaded.StartRunsAsync(client: null!, "dataset", TestContext.Current.CancellationToken);
    }

    /// <summary>Ends pauses at once and says how long they were to be.</summary>
    private sealed class RecordedPauses : TimeProvider
    {
        private readonly List<double> _seconds = [];

        public IReadOnlyList<double> Seconds => _seconds;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _seconds.Add(dueTime.TotalSeconds);
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }

    /// <summary>Storage that can't be reached for the first requests.</summary>
    private sealed class FailingRequests(int failures) : HttpPipelinePolicy
    {
        private int _left = failures;

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => ProcessNext(message, pipeline);

        public override ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
            Interlocked.Decrement(ref _left) >= 0
                ? throw new Azure.RequestFailedException(503, "busy", "ServerBusy", innerException: null)
                : ProcessNextAsync(message, pipeline);
    }
}
