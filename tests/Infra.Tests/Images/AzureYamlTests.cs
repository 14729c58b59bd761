using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace AeServerless.Infra.Tests.Images;

public sealed partial class AzureYamlTests
{
    private static readonly string[] FromAzd = ["AZURE_RESOURCE_GROUP", "AZURE_CONTAINER_REGISTRY_ENDPOINT", "SERVICE_WORKER_IMAGE_NAME"];

    private static YamlMappingNode Root { get; } = Load();

    public static TheoryData<string, string, string> Services => new()
    {
        { "control", "cpu", "azureManaged" },
        { "worker", "cuda", "${AE_BACKEND:-azureStorage}" },
    };

    public static TheoryData<string> Hooks => ["preprovision", "postprovision", "postdeploy"];

    [Theory]
    [MemberData(nameof(Services))]
    public void Service_IsAContainerAppOfThatNameBuiltForItsDeviceAndBackend(string name, string device, string backend)
    {
        var service = Map(Map(Root, "services"), name);
        var docker = Map(service, "docker");
        var arguments = ((YamlSequenceNode)docker.Children["buildArgs"]).Select(argument => argument.ToString()).ToList();

        Assert.Equal("containerapp", Text(service, "host"));
        Assert.True(File.Exists(Repository.PathOf(Text(docker, "path"))));
        Assert.Contains($"TORCH_DEVICE={device}", arguments);
        Assert.Contains($"DURABLE_BACKEND={backend}", arguments);
        Assert.Contains($"serviceName: '{name}'", Repository.Read("infra/bicep/main.bicep"), StringComparison.Ordinal);
    }

    [Fact]
    public void Backend_IsTheSameInTheImageAndInTheDeployment() => Assert.Contains(
        "param durableBackend = readEnvironmentVariable('AE_BACKEND', 'azureStorage')",
        Repository.Read("infra/bicep/main.bicepparam"),
        StringComparison.Ordinal);

    [Fact]
    public void ControlApp_IsDeployedWithTheSchedulerAlone() =>
        Assert.Equal("${AE_BACKEND/azureManaged/true}", Text(Map(Map(Root, "services"), "control"), "condition"));

    [Fact]
    public void Infrastructure_IsThere()
    {
        var infra = Map(Root, "infra");

        Assert.True(File.Exists(Repository.PathOf(Path.Combine(Text(infra, "path"), $"{Text(infra, "module")}.bicep"))));
        Assert.True(File.Exists(Repository.PathOf(Path.Combine(Text(infra, "path"), $"{Text(infra, "module")}.bicepparam"))));
    }

    [Theory]
    [MemberData(nameof(Hooks))]
    public void Hook_IsAProgramThatReadsOnlyWhatItIsGiven(string name)
    {
        var path = Repository.PathOf(Text(Map(Map(Root, "hooks"), name), "run"));
        var text = File.ReadAllText(path);
        var outputs = Output().Matches(Repository.Read("infra/bicep/main.bicep")).Select(match => match.Groups[1].Value);
        var parameters = Parameter().Matches(Repository.Read("infra/bicep/main.bicepparam")).Select(match => match.Groups[1].Value);

        Assert.True(File.GetUnixFileMode(path).HasFlag(UnixFileMode.UserExecute), $"{path}: not executable");
        Assert.StartsWith("#!/usr/bin/env bash", text, StringComparison.Ordinal);
        Assert.Contains("set -euo pipefail", text, StringComparison.Ordinal);
        Assert.Empty(Variable().Matches(text).Select(match => match.Groups[1].Value).Except([.. outputs, .. parameters, .. FromAzd]));
    }

    private static YamlMappingNode Load()
    {
        var yaml = new YamlStream();
        using var reader = new StreamReader(Repository.PathOf("azure.yaml"));
        yaml.Load(reader);
        return (YamlMappingNode)yaml.Documents[0].RootNode;
    }

    private static YamlMappingNode Map(YamlMappingNode node, string key) => (YamlMappingNode)node.Children[key];

    private static string Text(YamlMappingNode node, string key) => node.Children[key].ToString();

    [GeneratedRegex(@"^output (\w+) ", RegexOptions.Multiline)]
    private static partial Regex Output();

    [GeneratedRegex(@"readEnvironmentVariable\('(\w+)'")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"\$\{?((?:AE|AZURE|SERVICE)_\w+)")]
    private static partial Regex Variable();
}
