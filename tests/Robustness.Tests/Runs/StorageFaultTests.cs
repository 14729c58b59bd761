using AeServerless.Robustness.Tests.Faults;
using AeServerless.TestSupport;

namespace AeServerless.Robustness.Tests.Runs;

/// <summary>A run over storage that fails heals or fails with its reason, and stores nothing by halves.</summary>
public sealed class StorageFaultTests(StorageFixture storage, StorageFaultTests.Hosted hosted) : IClassFixture<StorageFaultTests.Hosted>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Where a fault strikes: the request, by what it is for.</summary>
    public static TheoryData<string, string, int> Passing => new()
    {
        { nameof(Fault.Throttled), "read shard", 2 },
        { nameof(Fault.ResetInAnswer), "read shard", 3 },
        { nameof(Fault.ShortAnswer), "read shard", 4 },
        { nameof(Fault.ShortAnswer), "read result", 4 },
        { nameof(Fault.ShortAnswer), "plan", 2 },
        { nameof(Fault.Silence), "read shard", 1 },
        { nameof(Fault.InternalError), "read shard", 3 },
        { nameof(Fault.ResetInRequest), "write file", 3 },
        { nameof(Fault.AnswerLost), "write file", 3 },
        { nameof(Fault.Throttled), "write file", 1 },
        { nameof(Fault.AnswerLost), "commit", 4 },
        { nameof(Fault.ResetInRequest), "commit", 2 },
        { nameof(Fault.AnswerLost), "history", 6 },
        { nameof(Fault.InternalError), "history", 6 },
        { nameof(Fault.ConditionNotMet), "history", 3 },
        { nameof(Fault.ResetInAnswer), "plan", 3 },
    };

    [Theory]
    [MemberData(nameof(Passing))]
    public async Task PassingFault_IsHealed(string fault, string where, int times)
    {
        var dataset = await UploadAsync();
        await using var spoiled = hosted.Spoil(fault, At(where), times);

        var run = await hosted.Host.Client.RunAsync(dataset.Name, dataset.Recipe(), Cancel);

        Assert.Equal("completed", run.Text("status"));
        Assert.Equal(times, spoiled.Met);
        Assert.Equal($"{dataset.Chunks}", run.Text("result", "chunksComputed"));
        await hosted.Stored(storage).RequireWholeAsync(Cancel);
        Assert.Equal(
            await hosted.UndisturbedAsync(storage, dataset, Cancel), await hosted.Stored(storage).ResultsAsync(run.Text("runId")!, Cancel));
    }

    [Theory]
    [InlineData(nameof(Fault.DiskFull), "write file", "storage is full")]
    [InlineData(nameof(Fault.DiskFull), "commit", "storage is full")]
    public async Task LastingFault_FailsTheRunWithItsReason(string fault, string where, string reason)
    {
        var dataset = await UploadAsync();
        AppAnswer failed;
        await using (hosted.Spoil(fault, At(where), int.MaxValue))
        {
            failed = await hosted.Host.Client.RunAsync(dataset.Name, dataset.Recipe(), Cancel);
        }

        await hosted.Stored(storage).RequireWholeAsync(Cancel);
        var again = await hosted.Host.Client.RunAsync(dataset.Name, dataset.Recipe(), Cancel);

        Assert.Equal("failed", failed.Text("status"));
        Assert.Contains(reason, failed.Reason, StringComparison.Ordinal);
        Assert.Equal(failed.Text("runId"), again.Text("runId"));
        Assert.Equal("completed", again.Text("status"));
    }

    [Fact]
    public async Task ShardThatChangesWhileItIsChecked_RefusesTheStart_AndTheNextIsTaken()
    {
        var dataset = await UploadAsync();
        HttpRequestException refused;
        await using (hosted.Spoil(nameof(Fault.ConditionNotMet), At("read shard"), int.MaxValue))
        {
            refused =
                await Assert.ThrowsAsync<HttpRequestException>(() => hosted.Host.Client.RunAsync(dataset.Name, dataset.Recipe(), Cancel));
        }

        var again = await hosted.Host.Client.RunAsync(dataset.Name, dataset.Recipe(), Cancel);

        Assert.Equal(System.Net.HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("has changed since the run was planned", refused.Message, StringComparison.Ordinal);
        Assert.Equal("completed", again.Text("status"));
    }

    private static Func<StorageRequest, bool> At(string where) => where switch
    {
        "read shard" => request => request.Method == "GET" && request.Path.Contains("/shards/", StringComparison.Ordinal),
        "write file" => request => request.Method == "PUT"
            && request.Path.Contains("/chunks/", StringComparison.Ordinal)
            && !request.Path.Contains("chunk.json", StringComparison.Ordinal),
        "read result" => request => request.Method == "GET" && request.Path.Contains("/data.bin", StringComparison.Ordinal),
        "commit" => request => request.Method == "PUT" && request.Path.Contains("/chunk.json", StringComparison.Ordinal),
        "history" => request => request is { Service: "table", Method: "POST" },
        "plan" => request => request.Method == "GET" && request.Path.Contains("/groups/", StringComparison.Ordinal),
        _ => throw new ArgumentOutOfRangeException(nameof(where), where, null),
    };

    private async Task<SyntheticDataset> UploadAsync()
    {
        var dataset = new SyntheticDataset($"faults-{Guid.NewGuid():n}", 3);
        await dataset.UploadAsync(storage.Blobs, Cancel);
        return dataset;
    }

    /// <summary>A host behind a proxy, and another one that nothing disturbs.</summary>
    public sealed class Hosted(StorageFixture storage) : IAsyncLifetime
    {
        private readonly RestartableApp _undisturbed = new("faultsplain");
        private FaultProxy? _proxy;

        internal RestartableApp Host { get; } = new("faults");

        public async ValueTask InitializeAsync()
        {
            _proxy = await FaultProxy.StartAsync(storage.Azurite, Cancel);
            await Host.StartAsync(_proxy.ConnectionString, Cancel);
            await _undisturbed.StartAsync(storage.Azurite.ConnectionString, Cancel);
        }

        public async ValueTask DisposeAsync()
        {
            await Host.DisposeAsync();
            await _undisturbed.DisposeAsync();
            if (_proxy is not null)
            {
                await _proxy.DisposeAsync();
            }
        }

        internal SpoiledStorage Spoil(string fault, Func<StorageRequest, bool> applies, int times) =>
            new(_proxy!, new ScriptedFaults(Enum.Parse<Fault>(fault), applies, times));

        internal StoredResults Stored(StorageFixture at) => new(at.Blobs, Host.Results);

        internal async Task<IReadOnlyDictionary<string, string>> UndisturbedAsync(
            StorageFixture at, SyntheticDataset dataset, CancellationToken cancellationToken)
        {
            var run = await _undisturbed.Client.RunAsync(dataset.Name, dataset.Recipe(), cancellationToken);
            return await new StoredResults(at.Blobs, _undisturbed.Results).ResultsAsync(run.Text("runId")!, cancellationToken);
        }
    }
}
