namespace AeServerless.Functions.Http;

/// <summary>The answer about a run that there is not.</summary>
internal static class UnknownRun
{
    public static RequestException Error(string runId) =>
        Answers.NotFound(runId.Length <= 64 ? $"run {runId}" : "run", "does not exist; GET /api/runs lists the runs");
}
