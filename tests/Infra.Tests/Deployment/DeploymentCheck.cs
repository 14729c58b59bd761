using System.Text.Json.Nodes;
using AeServerless.Infra.Tests.Bicep;

namespace AeServerless.Infra.Tests.Deployment;

/// <summary>All that the compiler lets pass and Azure would refuse, or run wrongly: from the sources to a list of what is wrong with them.</summary>
internal static class DeploymentCheck
{
    public static async Task<IReadOnlyList<string>> FindAsync(BicepSources sources, string parameters, CancellationToken cancellationToken)
    {
        var problems = new Problems();
        var snapshot = await BicepTool.SnapshotAsync(sources.PathOf($"{parameters}.bicepparam"), "overwrite", cancellationToken);
        if (!snapshot.Clean)
        {
            problems.Add("bicep", $"exit code {snapshot.ExitCode}, {snapshot.Errors}");
            return problems.Found;
        }

        var predicted = new Snapshot(JsonNode.Parse(await File.ReadAllTextAsync(sources.PathOf($"{parameters}.snapshot.json"), cancellationToken))!);
        PlatformRules.Check(predicted, problems);
        AppRules.Check(predicted, problems);
        SettingRules.Check(predicted, problems);
        RoleRules.Check(predicted, problems);
        return problems.Found;
    }
}
