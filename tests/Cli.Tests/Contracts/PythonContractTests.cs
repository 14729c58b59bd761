using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using AeServerless.Contracts;
using AeServerless.TestSupport;

namespace AeServerless.Cli.Tests.Contracts;

/// <summary>What the Python client's tests take for the app's requests and answers is what the app reads and sends.</summary>
public sealed class PythonContractTests
{
    private static readonly JsonSerializerOptions Strict = new(ContractJson.Options)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
    };

    [Theory]
    [InlineData("request", typeof(RunStartRequest))]
    [InlineData("started", typeof(RunStartResponse))]
    [InlineData("run", typeof(RunDescription))]
    [InlineData("completed", typeof(RunDescription))]
    [InlineData("failed", typeof(RunDescription))]
    [InlineData("results", typeof(ResultListResponse))]
    [InlineData("health", typeof(HealthResponse))]
    [InlineData("error", typeof(ErrorResponse))]
    public void Message_IsReadWhole_AndWrittenTheSame(string name, Type type)
    {
        var expected = File()[name]!;
        if (name == "started")
        {
            // The app leaves out the addresses that it does not have.
            foreach (var property in typeof(OrchestrationUrls).GetProperties())
            {
                expected["statusUrls"]!.AsObject().TryAdd(JsonNamingPolicy.CamelCase.ConvertName(property.Name), null);
            }
        }

        var read = JsonSerializer.Deserialize(expected, type, Strict);

        Assert.NotNull(read);
        var written = JsonSerializer.SerializeToNode(read, type, ContractJson.Options);
        Assert.True(JsonNode.DeepEquals(File()[name], written), $"{written}");
    }

    [Fact]
    public void EveryMessageOfTheFile_IsCompared()
    {
        var compared = typeof(PythonContractTests).GetMethod(nameof(Message_IsReadWhole_AndWrittenTheSame))!
            .GetCustomAttributes(typeof(InlineDataAttribute), inherit: false)
            .Select(data => (string)((InlineDataAttribute)data).Data[0]!);

        Assert.Equal(File().Select(message => message.Key).Order(StringComparer.Ordinal), compared.Order(StringComparer.Ordinal));
    }

    private static JsonObject File() => JsonNode.Parse(System.IO.File.ReadAllBytes(
        Path.Combine(RepositoryRoot.Path, "clients", "python", "tests", "contract.json")))!.AsObject();
}
