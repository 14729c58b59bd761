using System.Text.Json.Serialization;

namespace AeServerless.EmbeddedHost;

/// <summary>The addresses at which one orchestration instance is managed.</summary>
public sealed class HttpManagementPayload
{
    internal HttpManagementPayload(string id, string instance, string query)
    {
        Id = id;
        PurgeHistoryDeleteUri = StatusQueryGetUri = $"{instance}?{query}";
        SendEventPostUri = $"{instance}/raiseEvent/{{eventName}}?{query}";
        TerminatePostUri = $"{instance}/terminate?reason={{text}}&{query}";
        SuspendPostUri = $"{instance}/suspend?reason={{text}}&{query}";
        ResumePostUri = $"{instance}/resume?reason={{text}}&{query}";
        RestartPostUri = $"{instance}/restart?{query}";
    }

    /// <summary>The instance id.</summary>
    [JsonPropertyName("id")]
    public string? Id { get; }

    /// <summary>DELETE purges the instance.</summary>
    [JsonPropertyName("purgeHistoryDeleteUri")]
    public string? PurgeHistoryDeleteUri { get; }

    /// <summary>POST raises an event; <c>{eventName}</c> is to be replaced.</summary>
    [JsonPropertyName("sendEventPostUri")]
    public string? SendEventPostUri { get; }

    /// <summary>GET tells the status.</summary>
    [JsonPropertyName("statusQueryGetUri")]
    public string? StatusQueryGetUri { get; }

    /// <summary>POST terminates; <c>{text}</c> is the reason.</summary>
    [JsonPropertyName("terminatePostUri")]
    public string? TerminatePostUri { get; }

    /// <summary>POST suspends; <c>{text}</c> is the reason.</summary>
    [JsonPropertyName("suspendPostUri")]
    public string? SuspendPostUri { get; }

    /// <summary>POST resumes; <c>{text}</c> is the reason.</summary>
    [JsonPropertyName("resumePostUri")]
    public string? ResumePostUri { get; }

    /// <summary>POST starts a finished instance again.</summary>
    [JsonPropertyName("restartPostUri")]
    public string? RestartPostUri { get; }
}
