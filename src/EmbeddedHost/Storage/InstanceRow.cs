using System.Text.Json;
using AeServerless.EmbeddedHost.DurableTask;
using AeServerless.EmbeddedHost.DurableTask.Client;
using AeServerless.EmbeddedHost.Orchestrations;
using AeServerless.EmbeddedHost.Orchestrations.History;
using Azure.Data.Tables;

namespace AeServerless.EmbeddedHost.Storage;

/// <summary>An instance's state as a table row.</summary>
internal static class InstanceRow
{
    public const string RowKey = "instance";

    /// <summary>Payload columns: each is text here, or the name of a blob in <c>{column}Blob</c>.</summary>
    public static readonly string[] Payloads = ["Input", "Output", "CustomStatus", "Failure", "Tags"];

    /// <summary>Columns that queries read when they are not asked for payloads.</summary>
    public static readonly string[] Summary =
        ["PartitionKey", "RowKey", "InstanceId", "ExecutionId", "Name", "Status", "CreatedAt", "LastUpdatedAt", "Completed", "Pages"];

    /// <summary>The row without payloads.</summary>
    public static TableEntity Write(InstanceState state, bool whole)
    {
        var row = new TableEntity(InstanceIds.ToKey(state.InstanceId), RowKey)
        {
            ["InstanceId"] = state.InstanceId,
            ["ExecutionId"] = state.ExecutionId,
            ["Name"] = state.Name,
            ["Status"] = state.Status.ToString(),
            ["Completed"] = state.IsCompleted,
            ["CreatedAt"] = state.CreatedAt,
            ["LastUpdatedAt"] = state.LastUpdatedAt,
            ["Pages"] = state.Pages,
        };
        if (!whole)
            return row;

        row["StartAt"] = state.StartAt;
        row["Parent"] = state.Parent is null ? null : JsonSerializer.Serialize(state.Parent);
        row["Version"] = state.Version;
        row["TraceParent"] = state.TraceParent;
        return row;
    }

    public static string? Payload(InstanceState state, string column) => column switch
    {
        "Input" => state.Input,
        "Output" => state.Output,
        "CustomStatus" => state.CustomStatus,
        "Failure" => state.Failure is null ? null : JsonSerializer.Serialize(state.Failure),
        "Tags" => state.Tags is null ? null : JsonSerializer.Serialize(state.Tags),
        _ => throw new ArgumentOutOfRangeException(nameof(column), column, "Not a payload column."),
    };

    public static InstanceState Read(TableEntity row, Func<string, string?> payload) =>
        new(row.GetString("InstanceId"), row.GetString("ExecutionId"), row.GetString("Name"))
        {
            Status = Enum.Parse<OrchestrationRuntimeStatus>(row.GetString("Status")),
            CreatedAt = row.GetDateTimeOffset("CreatedAt") ?? default,
            LastUpdatedAt = row.GetDateTimeOffset("LastUpdatedAt") ?? default,
            StartAt = row.GetDateTimeOffset("StartAt"),
            Pages = row.GetInt32("Pages") ?? 0,
            Parent = row.GetString("Parent") is { } parent ? JsonSerializer.Deserialize<ParentReference>(parent) : null,
            Version = row.GetString("Version"),
            TraceParent = row.GetString("TraceParent"),
            Input = payload("Input"),
            Output = payload("Output"),
            CustomStatus = payload("CustomStatus"),
            Failure = payload("Failure") is { } failure ? JsonSerializer.Deserialize<TaskFailureDetails>(failure) : null,
            Tags = payload("Tags") is { } tags ? JsonSerializer.Deserialize<Dictionary<string, string>>(tags) : null,
        };
}
