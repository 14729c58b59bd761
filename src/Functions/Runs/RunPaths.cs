using System.Globalization;

namespace AeServerless.Functions.Runs;

/// <summary>Where the documents of a run are, in the container of results.</summary>
public static class RunPaths
{
    /// <summary>The prefix of all runs.</summary>
    public const string Root = "runs/";

    /// <summary>The prefix of a run, without a slash at its end.</summary>
    public static string Of(string runId) => $"{Root}{runId}";

    /// <summary>What was asked for, with every input's version.</summary>
    public static string Request(string runId) => $"{Of(runId)}/request.json";

    /// <summary>The plan.</summary>
    public static string Plan(string runId) => $"{Of(runId)}/plan.json";

    /// <summary>The chunks of a group.</summary>
    public static string Group(string runId, int group) =>
        string.Create(CultureInfo.InvariantCulture, $"{Of(runId)}/groups/{group:D5}.json");

    /// <summary>Which chunks of a group were there already.</summary>
    public static string Reused(string runId, int group) =>
        string.Create(CultureInfo.InvariantCulture, $"{Of(runId)}/groups/{group:D5}.reused.json");

    /// <summary>Provenance, written last: a run that has it is complete.</summary>
    public static string Run(string runId) => $"{Of(runId)}/run.json";
}
