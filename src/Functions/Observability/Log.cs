using AeServerless.Contracts;
using Microsoft.Extensions.Logging;

namespace AeServerless.Functions.Observability;

/// <summary>Everything that the function app logs.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Run {RunId} of recipe {Recipe} over dataset {Dataset} started ({Cause})")]
    public static partial void RunStarted(ILogger logger, string runId, string dataset, string recipe, string cause);

    [LoggerMessage(2, LogLevel.Information, "Run {RunId} of recipe {Recipe} over dataset {Dataset} exists already: {Status} ({Cause})")]
    public static partial void RunExists(
        ILogger logger, string runId, string dataset, string recipe, RunStatus status, string cause);

    [LoggerMessage(3, LogLevel.Information, "Dataset {Dataset} was uploaded: {Started} of {Matching} matching recipes started a run")]
    public static partial void DatasetUploaded(ILogger logger, string dataset, int matching, int started);

    [LoggerMessage(4, LogLevel.Warning, "Dataset {Dataset} was uploaded, and none of {Recipes} recipes has a pattern that matches it")]
    public static partial void NoRecipeMatches(ILogger logger, string dataset, int recipes);

    [LoggerMessage(5, LogLevel.Error, "Recipe {Recipe} is left out: {Reason}")]
    public static partial void RecipeUnusable(ILogger logger, string recipe, string reason);

    [LoggerMessage(6, LogLevel.Error, "Recipe {Recipe} over dataset {Dataset} could not be started")]
    public static partial void StartFailed(ILogger logger, Exception error, string recipe, string dataset);

    [LoggerMessage(8, LogLevel.Warning, "Runs of dataset {Dataset} could not be started; trying again in {Seconds} s")]
    public static partial void UploadRetried(ILogger logger, Exception error, string dataset, double seconds);

    [LoggerMessage(7, LogLevel.Information, "Nightly run: {Started} runs started over {Datasets} datasets and {Recipes} recipes")]
    public static partial void NightlyDone(ILogger logger, int started, int datasets, int recipes);

    [LoggerMessage(
        10, LogLevel.Information, "Chunk {Group}/{Chunk} of {RunId}: {Outcome}, {Tokens} tokens in {Seconds:F2} s"
        + " ({TokensPerSecond:F0} tokens/s), key {Key}")]
    public static partial void ChunkDone(
        ILogger logger, string runId, int group, int chunk, string outcome, int tokens, double seconds, double tokensPerSecond, string key);

    [LoggerMessage(11, LogLevel.Error, "Chunk {Group}/{Chunk} of {RunId} can't be computed: {Reason}")]
    public static partial void ChunkFailed(ILogger logger, string runId, int group, int chunk, string reason);

    [LoggerMessage(12, LogLevel.Information, "Planned {RunId}: {Chunks} chunks of {Tokens} tokens in {Groups} groups")]
    public static partial void RunPlanned(ILogger logger, string runId, int chunks, long tokens, int groups);

    [LoggerMessage(13, LogLevel.Error, "Run {RunId} can't be planned: {Reason}")]
    public static partial void PlanFailed(ILogger logger, string runId, string reason);

    [LoggerMessage(14, LogLevel.Information, "Merged {Parts} results for {RunId} in {Seconds:F2} s, key {Key}")]
    public static partial void Merged(ILogger logger, string runId, int parts, double seconds, string key);

    [LoggerMessage(
        15,
        LogLevel.Information,
        "Run {RunId} is done: {Chunks} chunks ({Computed} computed), {Tokens} tokens, {TokensPerSecond:F0} tokens/s")]
    public static partial void RunDone(ILogger logger, string runId, int chunks, int computed, long tokens, double tokensPerSecond);

    [LoggerMessage(
        16, LogLevel.Information, "{What} {Results} results that no kept run refers to, and {Runs} runs: {Bytes} bytes;"
        + " {KeptRuns} runs are kept or in flight")]
    public static partial void CleanedUp(ILogger logger, string what, int results, int runs, long bytes, int keptRuns);

    [LoggerMessage(20, LogLevel.Error, "Health check: {What} can't be reached: {Reason}")]
    public static partial void Unreachable(ILogger logger, string what, string reason);
}
