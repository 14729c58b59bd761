using AeServerless.EmbeddedHost.DurableTask.Client;
using AeServerless.EmbeddedHost.Orchestrations;
using Azure.Data.Tables;

namespace AeServerless.EmbeddedHost.Storage;

/// <summary>An instance query as a table filter.</summary>
internal static class InstanceFilter
{
    public static string Of(OrchestrationQuery query)
    {
        var terms = new List<string> { TableClient.CreateQueryFilter($"RowKey eq {InstanceRow.RowKey}") };
        if (query.CreatedFrom is { } from)
            terms.Add(TableClient.CreateQueryFilter($"CreatedAt ge {from}"));
        if (query.CreatedTo is { } to)
            terms.Add(TableClient.CreateQueryFilter($"CreatedAt le {to}"));
        if (query.Statuses?.Select(status => TableClient.CreateQueryFilter($"Status eq {status.ToString()}")).ToList() is { Count: > 0 } statuses)
            terms.Add($"({string.Join(" or ", statuses)})");
        if (!string.IsNullOrEmpty(query.InstanceIdPrefix))
        {
            var first = InstanceIds.ToKey(query.InstanceIdPrefix);
            var after = first[..^1] + (char)(first[^1] + 1);
            terms.Add(TableClient.CreateQueryFilter($"PartitionKey ge {first} and PartitionKey lt {after}"));
        }

        return string.Join(" and ", terms);
    }
}
