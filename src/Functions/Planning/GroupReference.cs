using System.Globalization;

namespace AeServerless.Functions.Planning;

/// <summary>A group of a run.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Group">The group's place in the plan.</param>
/// <param name="Chunks">Chunks of the group.</param>
/// <param name="Window">Chunks in flight at a time.</param>
public sealed record GroupReference(string RunId, int Group, int Chunks, int Window)
{
    /// <summary>The instance id of a group's orchestration; never one that a listing of runs by their prefix finds.</summary>
    public static string InstanceId(string runId, string attempt, int group) =>
        string.Create(CultureInfo.InvariantCulture, $"group-{runId}-{attempt}-{group:D5}");
}
