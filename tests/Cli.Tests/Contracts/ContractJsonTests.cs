using System.Text.Json;
using AeServerless.Contracts;

namespace AeServerless.Cli.Tests.Contracts;

/// <summary>The JSON of the HTTP API, as clients of every language read it.</summary>
public sealed class ContractJsonTests
{
    [Fact]
    public void Statuses_AreCamelCaseWords()
    {
        var words = Enum.GetValues<RunStatus>().Select(status => JsonSerializer.Serialize(status, ContractJson.Options));

        Assert.Equal(["\"pending\"", "\"running\"", "\"suspended\"", "\"completed\"", "\"failed\"", "\"terminated\""], words);
    }

    [Fact]
    public void RunDescription_KeepsItsFieldsAndLeavesOutWhatThereIsNot()
    {
        var run = new RunDescription
        {
            RunId = "run-1",
            Status = RunStatus.Failed,
            Dataset = "data",
            Recipe = "",
            CreatedAt = DateTimeOffset.UnixEpoch,
            LastUpdatedAt = DateTimeOffset.UnixEpoch,
            Error = new Failure("data", "is empty"),
        };

        const string expected =
            """{"runId":"run-1","status":"failed","dataset":"data","recipe":"","createdAt":"1970-01-01T00:00:00+00:00","""
            + """ "lastUpdatedAt":"1970-01-01T00:00:00+00:00","chunksDone":0,"chunksTotal":0,"tokensDone":0,"tokensPerSecond":0,"""
            + """ "error":{"subject":"data","message":"is empty"}}""";
        Assert.Equal(
            expected.Replace(" \"", "\"", StringComparison.Ordinal), JsonSerializer.Serialize(run, ContractJson.Options).Replace(
                " \"", "\"", StringComparison.Ordinal));
        Assert.Equal(
            run, JsonSerializer.Deserialize<RunDescription>(JsonSerializer.Serialize(run, ContractJson.Options), ContractJson.Options));
    }
}
