using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using DurableTask.Core.History;
using Microsoft.DurableTask.Client;

namespace AeServerless.LocalHost.Management;

/// <summary>An instance as the management API shows it.</summary>
internal static class StatusJson
{
    public static JsonObject Of(OrchestrationMetadata instance, bool showInput, JsonNode? history = null)
    {
        var status = new JsonObject
        {
            ["name"] = instance.Name,
            ["instanceId"] = instance.InstanceId,
            ["runtimeStatus"] = instance.RuntimeStatus.ToString(),
            ["input"] = showInput ? Parse(instance.SerializedInput) : null,
            ["customStatus"] = Parse(instance.SerializedCustomStatus),
            ["output"] = instance.FailureDetails is { } failure
                ? $"Orchestrator function '{instance.Name}' failed: {failure.ErrorMessage}"
                : Parse(instance.SerializedOutput),
            ["createdTime"] = Time(instance.CreatedAt.UtcDateTime),
            ["lastUpdatedTime"] = Time(instance.LastUpdatedAt.UtcDateTime),
        };
        if (instance.Tags.Count > 0)
        {
            status["tags"] = JsonSerializer.SerializeToNode(instance.Tags);
        }

        if (history is not null)
        {
            status["historyEvents"] = history;
        }

        return status;
    }

    /// <summary>The engine's events, whose kinds are numbers there and names here.</summary>
    public static JsonArray History(string events)
    {
        var history = JsonNode.Parse(events)!.AsArray();
        foreach (var item in history)
        {
            item!["EventType"] = ((EventType)item["EventType"]!.GetValue<int>()).ToString();
        }

        return history;
    }

    private static JsonNode? Parse(string? json) => json is null ? null : JsonNode.Parse(json);

    private static string Time(DateTime time) => time.ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture);
}
