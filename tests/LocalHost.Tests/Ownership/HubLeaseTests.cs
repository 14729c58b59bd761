using AeServerless.LocalHost.Hosting;
using AeServerless.LocalHost.Ownership;
using AeServerless.LocalHost.Tests.Orchestrations;
using AeServerless.LocalHost.Tests.Support;
using Azure.Storage.Blobs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace AeServerless.LocalHost.Tests.Ownership;

public sealed class HubLeaseTests(AzuriteFixture azurite)
{
    private static readonly ProcessIdentity ElsewhereIdentity = new("elsewhere|boot|ns", 1, "1");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SecondHost_WaitsAndTakesOverWhenTheFirstStops()
    {
        var first = await TestHost.StartAsync(new(azurite.ConnectionString, typeof(Orchestrators)), Cancel);
        var id = await first.Client.ScheduleNewOrchestrationInstanceAsync(nameof(Orchestrators.Collects), 1, Cancel);
        await using var second = TestHost.Create(first.Options);
        var starting = second.RunAsync(Cancel);
        await Eventually.HoldsAsync(() => second.Logs.Lines.Any(line => line.Contains("is owned by process", StringComparison.Ordinal)));
        Assert.False(starting.IsCompleted);

        await first.DisposeAsync();
        await starting;
        await second.Client.RaiseEventAsync(id, "number", 1, Cancel);
        await second.Client.WaitForInstanceCompletionAsync(id, Cancel);
    }

    [Fact]
    public async Task DeadOwnerOnThisMachine_IsReplacedAtOnce()
    {
        var container = await CreateContainerAsync();
        var dead = ProcessIdentity.Current with { Started = "0" };
        using var first = CreateLease(container, dead);
        await first.AcquireAsync(Cancel);
        await first.AbandonAsync();
        using var second = CreateLease(container, ProcessIdentity.Current);
        await second.AcquireAsync(Cancel);
        Assert.True(second.IsHeld);
        await second.ReleaseAsync();
    }

    [Fact]
    public async Task SilentOwnerElsewhere_IsReplacedWhenItsLeaseEnds()
    {
        var container = await CreateContainerAsync();
        using var first = CreateLease(container, ElsewhereIdentity);
        await first.AcquireAsync(Cancel);
        await first.AbandonAsync();
        using var second = CreateLease(container, ProcessIdentity.Current);
        await second.AcquireAsync(Cancel);
        Assert.False(first.IsHeld);
        await second.ReleaseAsync();
    }

    [Fact]
    public async Task LostLease_IsToldAndStopsCommits()
    {
        await using var host = await TestHost.StartAsync(new(azurite.ConnectionString, typeof(Orchestrators)), Cancel);
        var blob = host.Services.GetRequiredService<LocalHost.Storage.HubStorage>().Leases.GetBlobClient("owner");
        await new Azure.Storage.Blobs.Specialized.BlobLeaseClient(blob).BreakAsync(TimeSpan.Zero, cancellationToken: Cancel);
        await Eventually.HoldsAsync(() => host.Logs.Lines.Any(line => line.Contains("was lost", StringComparison.Ordinal)));
    }

    [Fact]
    public void ThisProcess_IsAlive_AndAnotherOfItsNumberIsNot()
    {
        Assert.False(ProcessIdentity.Current.IsKnownDead);
        Assert.True((ProcessIdentity.Current with { Started = "1" }).IsKnownDead);
        Assert.False(ElsewhereIdentity.IsKnownDead);
        Assert.Equal(ProcessIdentity.Current, ProcessIdentity.FromMetadata(ProcessIdentity.Current.ToMetadata()));
    }

    private async Task<BlobContainerClient> CreateContainerAsync()
    {
        var container = new BlobContainerClient(azurite.ConnectionString, $"c{Guid.NewGuid():N}");
        await container.CreateAsync(cancellationToken: Cancel);
        return container;
    }

    private static HubLease CreateLease(BlobContainerClient container, ProcessIdentity identity) =>
        new(container, new HostSettings(), identity, TimeProvider.System, NullLogger<HubLease>.Instance) { Lost = reason => throw new InvalidOperationException(reason) };
}
