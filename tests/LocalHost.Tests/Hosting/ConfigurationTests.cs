using AeServerless.LocalHost.Durable;
using AeServerless.LocalHost.Functions;
using AeServerless.LocalHost.Settings;
using AeServerless.LocalHost.Storage;
using DurableTask.AzureStorage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace AeServerless.LocalHost.Tests.Hosting;

public sealed class ConfigurationTests
{
    private const string HostJson = "AzureFunctionsJobHost:extensions:durableTask:";

    [Theory]
    [InlineData(HostJson + "hubName", "a b", "hubName")]
    [InlineData(HostJson + "hubName", "%Missing%", "'Missing'")]
    [InlineData(HostJson + "maxConcurrentActivityFunctions", "0", "host.json: extensions.durableTask.maxConcurrentActivityFunctions")]
    [InlineData(HostJson + "maxConcurrentOrchestratorFunctions", "many", "whole number")]
    [InlineData(HostJson + "extendedSessionsEnabled", "perhaps", "true or false")]
    [InlineData("AzureFunctionsJobHost:functionTimeout", "soon", "hh:mm:ss")]
    [InlineData(HostJson + "storageProvider:partitionCount", "17", "1 to 16")]
    [InlineData(HostJson + "storageProvider:maxQueuePollingInterval", "soon", "storageProvider.maxQueuePollingInterval")]
    [InlineData(HostJson + "storageProvider:controlQueueVisibilityTimeout", "00:00:00", "above zero")]
    [InlineData(HostJson + "storageProvider:workItemQueueVisibilityTimeout", "-1", "above zero")]
    [InlineData("role", "boss", "all, control, worker")]
    [InlineData("LocalHostRole", "2", "all, control, worker")]
    [InlineData("LocalHostDrainSeconds", "many", "number of seconds")]
    [InlineData("LocalHostBlobPollSeconds", "-1", "Setting 'LocalHostBlobPollSeconds'")]
    public void BadValue_IsNamed(string key, string value, string message)
    {
        var thrown = Assert.Throws<HostConfigurationException>(() => HostSettings.Read(Configure((key, value))));
        Assert.Contains(message, thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_AreRead()
    {
        var settings = HostSettings.Read(Configure(
            (HostJson + "hubName", "%Hub%"),
            ("Hub", "MyHub"),
            (HostJson + "maxConcurrentActivityFunctions", "3"),
            ("AzureFunctionsJobHost:functionTimeout", "00:05:00")));
        Assert.Equal(
            ("MyHub", 3, TimeSpan.FromMinutes(5), true), (
                settings.HubName, settings.MaxActivities, settings.FunctionTimeout, settings.ExtendedSessions));
    }

    [Fact]
    public void EngineSettings_ComeFromHostJson()
    {
        var settings = HostSettings.Read(Configure(
            (HostJson + "maxConcurrentOrchestratorFunctions", "7"),
            (HostJson + "extendedSessionsEnabled", "false"),
            (HostJson + "storageProvider:partitionCount", "5"),
            (HostJson + "storageProvider:maxQueuePollingInterval", "00:00:01"),
            (HostJson + "storageProvider:controlQueueVisibilityTimeout", "00:00:20"),
            (HostJson + "storageProvider:workItemQueueVisibilityTimeout", "00:00:30")));
        var engine =
            TaskHubSettings.Create(settings, new StorageAccountClientProvider("UseDevelopmentStorage=true"), NullLoggerFactory.Instance);
        Assert.Equal((settings.HubName, settings.HostId, 5, 7, false), (
            engine.TaskHubName, engine.WorkerId, engine.PartitionCount, engine.MaxConcurrentTaskOrchestrationWorkItems,
            engine.ExtendedSessionsEnabled));
        Assert.Equal((1, 20, 30), (
            engine.MaxQueuePollingInterval.Seconds, engine.ControlQueueVisibilityTimeout.Seconds,
            engine.WorkItemQueueVisibilityTimeout.Seconds));
        Assert.NotEqual(settings.HostId, HostSettings.Read(Configure()).HostId);
    }

    [Theory]
    [InlineData("role", "control")]
    [InlineData("LocalHostRole", "Control")]
    public void Role_ComesFromTheCommandLineOrASetting(string key, string value)
    {
        Assert.Equal(HostRole.Control, HostSettings.Read(Configure((key, value))).Role);
        Assert.Equal(HostRole.Worker, HostSettings.Read(Configure(("role", "worker"), ("LocalHostRole", "control"))).Role);
        Assert.Equal(HostRole.All, HostSettings.Read(Configure()).Role);
    }

    [Fact]
    public void Files_AreBeneathOtherSources()
    {
        var folder = Directory.CreateTempSubdirectory("local-host-tests-").FullName;
        File.WriteAllText(Path.Combine(folder, "host.json"), """{ "version": "2.0", "extensions": { "durableTask": { "hubName": "FromFile" } } }""");
        File.WriteAllText(Path.Combine(folder, "local.settings.json"), """{ "Values": { "A": "file", "B": "file", "Conn__blobServiceUri": "x" } } // note""");
        using var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection([KeyValuePair.Create("B", (string?)"over")]);
        AppConfiguration.AddFiles(configuration, folder);
        Assert.Equal(("file", "over", "x"), (configuration["A"], configuration["B"], configuration["Conn:blobServiceUri"]));
        Assert.Equal("FromFile", HostSettings.Read(configuration).HubName);

        File.WriteAllText(Path.Combine(folder, "local.settings.json"), "{ not json");
        using var another = new ConfigurationManager();
        Assert.Contains(
            "local.settings.json", Assert.Throws<HostConfigurationException>(
                () => AppConfiguration.AddFiles(another, folder)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "is missing")]
    [InlineData("AccountKey=secret;nonsense", "is not a storage connection string")]
    public void BadConnection_IsNamedWithoutItsValue(string? value, string message)
    {
        var thrown =
            Assert.Throws<HostConfigurationException>(() => new StorageConnections(Configure(("AzureWebJobsStorage", value))).Get());
        Assert.Contains("'AzureWebJobsStorage'", thrown.Message, StringComparison.Ordinal);
        Assert.Contains(message, thrown.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Identity_OpensServicesByTheirAddresses()
    {
        var connection = new StorageConnections(Configure(
            ("AzureWebJobsStorage:blobServiceUri", "https://acc.blob.core.windows.net"),
            ("AzureWebJobsStorage:queueServiceUri", "https://acc.queue.core.windows.net"),
            ("AzureWebJobsStorage:tableServiceUri", "https://acc.table.core.windows.net"),
            ("AzureWebJobsStorage:credential", "managedidentity"),
            ("AzureWebJobsStorage:clientId", "11111111-1111-1111-1111-111111111111"))).Get();
        Assert.Equal("https://acc.table.core.windows.net/", connection.Tables.Uri.ToString());

        var partial = new StorageConnections(Configure(("AzureWebJobsStorage:blobServiceUri", "https://acc.blob.core.windows.net")));
        Assert.Contains(
            "queueServiceUri", Assert.Throws<HostConfigurationException>(() => partial.Get()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DevelopmentStorage_IsAzurite() => Assert.Equal(
        "http://127.0.0.1:10000/devstoreaccount1", new StorageConnections(
            Configure(("AzureWebJobsStorage", "UseDevelopmentStorage=true"))).Get().Display);

    [Fact]
    public void TwoFunctionsOfOneName_AreRefused() => Assert.Contains(
        "Two functions are named 'same'",
        Assert.Throws<HostConfigurationException>(() => FunctionCatalog.Find([typeof(Doubled)], Configure())).Message,
        StringComparison.OrdinalIgnoreCase);

    [Fact]
    public void FunctionWithoutTrigger_IsRefused() => Assert.Contains(
        "must have one trigger parameter",
        Assert.Throws<HostConfigurationException>(() => FunctionCatalog.Find([typeof(Untriggered)], Configure())).Message,
        StringComparison.Ordinal);

    private static IConfiguration Configure(params (string Key, string? Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.ToDictionary(value => value.Key, value => value.Value)).Build();

    private static class Doubled
    {
        [Function("Same")]
        public static string One([HttpTrigger] HttpRequest request) => request.Method;

        [Function("same")]
        public static string Two([HttpTrigger] HttpRequest request) => request.Method;
    }

    private static class Untriggered
    {
        [Function("X")]
        public static string X(string text) => text;
    }
}
