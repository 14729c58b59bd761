using AeServerless.Infra.Tests.Bicep;

namespace AeServerless.Infra.Tests.Deployment;

/// <summary>The check is worth what it finds: mistakes that the compiler accepts.</summary>
public sealed class PlantedMistakeTests
{
    private const string App = "modules/functionApp.bicep";

    private static readonly Dictionary<string, PlantedMistake> Alone = new(StringComparer.Ordinal)
    {
        ["kind"] = new(App, "kind: 'functionapp'", "kind: 'functionsapp'", "ca-worker", "kind is 'functionsapp'"),
        ["profile name"] = new("main.bicep", "workloadProfileName: 'gpu'", "workloadProfileName: 'gpus'", "ca-worker", "workloadProfileName is 'gpus'"),
        ["role id"] = new("roles.bicep", "0ad04412-c4d5-4796-b79c-f76d14c8d402", "0ad04412-c4d5-4796-b79c-f76d14c8d403", "id-worker", "0ad04412-c4d5-4796-b79c-f76d14c8d403"),
        ["scaler metadata key"] = new(App, "taskhubName: hubName", "taskHubName: hubName", "durable-activity", "metadata key 'taskHubName' is not known"),
        ["setting that the code needs"] = new("main.bicep", "  { name: 'NightlySchedule', value: '0 0 ${nightlyHour} * * *' }\n", "", "setting 'NightlySchedule' is missing"),
    };

    // Planted all at once: none hides another.
    private static readonly PlantedMistake[] Together =
    [
        new("modules/environment.bicep", "workloadProfileType: gpu", "workloadProfileType: '${gpu}s'", "workload profile type 'Consumption-GPU-NC8as-T4s'"),
        new("main.bicep", "storageRoles: [roles.storageBlobDataOwner]", "storageRoles: [roles.storageBlobDataOwner, roles.storageQueueDataContributor]", "id-worker", "974c5e8b"),
        new(App, "type: 'azure-durabletask-scheduler'", "type: 'azure-durable-task-scheduler'", "durable-activity", "'azure-durable-task-scheduler'"),
        new(App, "  { name: 'AzureWebJobsStorage__credential', value: 'managedidentity' }\n", "", "'AzureWebJobsStorage__credential' is missing"),
        new("main.bicep", "name: 'ChunksInFlight'", "name: 'ChunkInFlight'", "setting 'ChunkInFlight' is not known"),
        new("functions.bicep", "  'MergeGroup'\n", "", "function MergeGroup", "must disable it"),
        new("functions.bicep", "  'ComputeChunk'\n", "  'ComputeChunk'\n  'PlanRun'\n", "function PlanRun", "waits for ever"),
        new("main.bicep", "concurrentActivities: 1\n", "concurrentActivities: 2\n", "maxConcurrentActivityFunctions' is '2'"),
        new(App, "activeRevisionsMode: 'Single'", "activeRevisionsMode: 'single'", "activeRevisionsMode is 'single'"),
        new("main.bicep", "external: false", "external: true", "ca-worker", "ingress.external is 'true'"),
        new("modules/storage.bicep", "allowSharedKeyAccess: false", "allowSharedKeyAccess: true", "allowSharedKeyAccess is 'true'"),
        new("modules/storage.bicep", "minimumTlsVersion: 'TLS1_2'", "minimumTlsVersion: 'TLS1_0'", "minimumTlsVersion is 'TLS1_0'"),
        new("modules/registry.bicep", "'Premium' : 'Basic'", "'Premium' : 'Basics'", "sku.name is 'Basics'"),
        new("modules/monitoring.bicep", "DisableLocalAuth: true", "DisableLocalAuth: false", "DisableLocalAuth is 'false'"),
    ];

    public static TheoryData<string> Mistakes => [.. Alone.Keys];

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task MistakeThatCompiles_IsNamed(string planted)
    {
        var mistake = Alone[planted];
        using var sources = new BicepSources().Plant(mistake.File, mistake.Text, mistake.Mistake);

        AssertNamed(mistake, await DeploymentCheck.FindAsync(sources, "main", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task ManyMistakes_AreAllNamed()
    {
        using var sources = new BicepSources();
        foreach (var mistake in Together)
        {
            sources.Plant(mistake.File, mistake.Text, mistake.Mistake);
        }

        var problems = await DeploymentCheck.FindAsync(sources, "main", TestContext.Current.CancellationToken);

        Assert.All(Together, mistake => AssertNamed(mistake, problems));
    }

    [Theory]
    [InlineData("modules/storage.bicep", "output blobEndpoint string", "output key string = account.listKeys().keys[0].value\noutput blobEndpoint string", "outputs-should-not-contain-secrets")]
    [InlineData("modules/functionApp.bicep", "targetPort: port", "targetPorts: port", "BCP089")]
    public async Task MistakeThatTheCompilerKnows_IsNamed(string file, string text, string mistake, string rule)
    {
        using var sources = new BicepSources().Plant(file, text, mistake);

        var problems = await DeploymentCheck.FindAsync(sources, "main", TestContext.Current.CancellationToken);

        Assert.Contains(problems, problem => problem.Contains(rule, StringComparison.Ordinal));
    }

    private static void AssertNamed(PlantedMistake mistake, IReadOnlyList<string> problems) =>
        Assert.Contains(problems, problem => mistake.Named.All(name => problem.Contains(name, StringComparison.Ordinal)));
}
