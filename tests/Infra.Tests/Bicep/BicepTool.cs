namespace AeServerless.Infra.Tests.Bicep;

/// <summary>The Bicep compiler.</summary>
internal static class BicepTool
{
    // Parameter files read the environment. The images are named, so that snapshots show deployed apps and not what stands in for them.
    private static readonly Dictionary<string, string> Environment = new(StringComparer.Ordinal)
    {
        ["HOME"] = System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile),
        ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1",
        ["SERVICE_CONTROL_IMAGE_NAME"] = "registry.example/ae-control:1",
        ["SERVICE_WORKER_IMAGE_NAME"] = "registry.example/ae-worker:1",
    };

    public static Task<ToolResult> RunAsync(CancellationToken cancellationToken, params string[] arguments) =>
        Tool.RunAsync(Repository.BicepTool, arguments, Environment, cancellationToken);

    public static Task<ToolResult> SnapshotAsync(string parameters, CancellationToken cancellationToken) => RunAsync(
        cancellationToken,
        "snapshot", parameters, "--mode", "validate",
        "--subscription-id", "00000000-0000-0000-0000-000000000000", "--location", "swedencentral", "--deployment-name", "ae-serverless");
}
