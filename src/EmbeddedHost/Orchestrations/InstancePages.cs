using AeServerless.EmbeddedHost.DurableTask;
using AeServerless.EmbeddedHost.DurableTask.Client;
using AeServerless.EmbeddedHost.Storage;

namespace AeServerless.EmbeddedHost.Orchestrations;

/// <summary>A query's instances, read as they are enumerated.</summary>
internal sealed class InstancePages(InstanceStore store, OrchestrationQuery query, string hubName) : AsyncPageable<OrchestrationMetadata>
{
    // What the table service allows.
    private const int LargestPage = 1000;

    public override async IAsyncEnumerable<Page<OrchestrationMetadata>> AsPages(string? continuationToken = null, int? pageSizeHint = null)
    {
        if (query.TaskHubNames?.ToList() is { Count: > 0 } hubs && !hubs.Contains(hubName, StringComparer.OrdinalIgnoreCase))
            yield break;

        var size = Math.Clamp(pageSizeHint ?? query.PageSize, 1, LargestPage);
        var pages = store.QueryAsync(query, continuationToken ?? query.ContinuationToken, size, CancellationToken.None);
        await foreach (var (values, next) in pages)
        {
            yield return new([.. values.Select(state => HostedDurableTaskClient.ToMetadata(state, query.FetchInputsAndOutputs))], next);
        }
    }
}
