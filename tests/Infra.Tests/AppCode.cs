namespace AeServerless.Infra.Tests;

/// <summary>What the function app's code has: the other side of every comparison with its deployment.</summary>
internal static class AppCode
{
    /// <summary>Served by both apps: it is how each is asked whether it lives.</summary>
    public const string Health = "Health";

    /// <summary>Names of all functions.</summary>
    public static IReadOnlySet<string> Functions { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "OnDatasetUploaded", "StartRun", "GetRun", "ListRuns", "TerminateRun", "GetResult", "RecomputeNightly",
        "RunOrchestration", "ChunkGroupOrchestration", "PlanRun", "PlanGroup", "ComputeChunk", "MergeGroup", "FinishRun", Health,
    };

    /// <summary>Names of the settings that the code reads, but for those of the storage connection.</summary>
    public static IReadOnlySet<string> Settings { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "NightlySchedule", "ActivationsContainer", "ModelsContainer", "AutoencodersContainer", "RecipesContainer", "ResultsContainer",
        "EngineDevice", "EngineThreads", "ChunkTokens", "ChunksInFlight", "WeightsCacheMegabytes", "RetentionDays", "NightlyCleanup",
        "FunctionsServedElsewhere",
    };
}
