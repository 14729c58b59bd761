using AeServerless.Engine.Runtime;
using AeServerless.Functions.Settings;
using AeServerless.Functions.Tests.Fixtures;
using Microsoft.Extensions.Options;

namespace AeServerless.Functions.Tests.Settings;

public sealed class SettingsReaderTests
{
    private const string Connection = "DefaultEndpointsProtocol=https;AccountName=mine;AccountKey=c2VjcmV0;EndpointSuffix=core.windows.net";

    [Fact]
    public void OnlyWhatIsRequired_HasDefaults()
    {
        var settings = Read();

        Assert.Equal(65_536, settings.ChunkTokens);
        Assert.Equal(16, settings.ChunksInFlight);
        Assert.Equal(EngineDevice.Cpu, settings.EngineDevice);
        Assert.Equal(0, settings.EngineThreads);
        Assert.Equal(NightlyCleanup.Off, settings.NightlyCleanup);
        Assert.Equal("results", settings.Containers.Results);
    }

    [Fact]
    public void AllSet_IsRead()
    {
        var settings = Read(
            ("EngineDevice", "CUDA"), ("EngineThreads", "3"), ("ChunkTokens", "1024"), ("ChunksInFlight", "2"), (
                "ResultsContainer", "mine"), ("NightlyCleanup", "apply"));

        Assert.Equal(EngineDevice.Cuda, settings.EngineDevice);
        Assert.Equal(3, settings.EngineThreads);
        Assert.Equal(1_024, settings.ChunkTokens);
        Assert.Equal(2, settings.ChunksInFlight);
        Assert.Equal("mine", settings.Containers.Results);
        Assert.Equal(NightlyCleanup.Apply, settings.NightlyCleanup);
    }

    [Theory]
    [InlineData("ChunkTokens", "many", "setting ChunkTokens is \"many\": it must be a whole number from 1 to 16777216")]
    [InlineData("ChunkTokens", "0", "setting ChunkTokens is \"0\": it must be a whole number from 1 to 16777216")]
    [InlineData("ChunksInFlight", "0", "setting ChunksInFlight is \"0\": it must be a whole number from 1 to 10000")]
    [InlineData("EngineThreads", "-1", "setting EngineThreads is \"-1\": it must be a whole number from 0 to 1024")]
    [InlineData("EngineDevice", "tpu", "setting EngineDevice is \"tpu\": it must be one of cpu, cuda")]
    [InlineData("EngineDevice", "1", "setting EngineDevice is \"1\": it must be one of cpu, cuda")]
    [InlineData("NightlySchedule", "at night", "setting NightlySchedule is \"at night\": it must be six NCrontab fields")]
    [InlineData("NightlySchedule", "0 3 * * *", "setting NightlySchedule is \"0 3 * * *\": it must be six NCrontab fields")]
    [InlineData("NightlySchedule", "0 0 3 30 2 *", "setting NightlySchedule is \"0 0 3 30 2 *\": it must be six NCrontab fields")]
    [InlineData("NightlySchedule", "0 0 3 * * 8", "setting NightlySchedule is \"0 0 3 * * 8\": it must be six NCrontab fields")]
    [InlineData("ResultsContainer", "My Results", "setting ResultsContainer is \"My Results\": it must be a container name")]
    [InlineData("ResultsContainer", "models", "it must be a different name for each container")]
    [InlineData("NightlyCleanup", "yes", "setting NightlyCleanup is \"yes\": it must be one of off, dryrun, apply")]
    public void WrongValue_NamesSettingValueAndWhatIsRight(string key, string value, string problem)
    {
        var error = Assert.Throws<OptionsValidationException>(() => Read((key, value)));

        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SeveralProblems_AreAllReported()
    {
        var error = Assert.Throws<OptionsValidationException>(() => Read(("ChunkTokens", "x"), ("EngineThreads", "y")));

        Assert.Equal(2, error.Failures.Count());
    }

    [Fact]
    public void NoStorage_SaysBothWays()
    {
        var error = Assert.Throws<OptionsValidationException>(() => Read(("AzureWebJobsStorage", "")));

        Assert.Contains(
            "setting AzureWebJobsStorage is missing: it must be a connection string, or AzureWebJobsStorage__blobServiceUri",
            error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void ConnectionStringThatCanNotBeOne_IsNotShown()
    {
        var error = Assert.Throws<OptionsValidationException>(() => Read(("AzureWebJobsStorage", "AccountKey=c2VjcmV0")));

        Assert.Contains("setting AzureWebJobsStorage", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("c2VjcmV0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_DoNotPrintTheKey() => Assert.DoesNotContain("c2VjcmV0", Read().ToString(), StringComparison.Ordinal);

    [Theory]
    [InlineData("AzureWebJobsStorage:blobServiceUri")]
    [InlineData("AzureWebJobsStorage__blobServiceUri")]
    public void ServiceUri_MeansIdentity(string key)
    {
        var settings = Read(
            ("AzureWebJobsStorage", ""),
            (key, "https://mine.blob.core.windows.net"),
            ("AzureWebJobsStorage:credential", "managedidentity"));

        Assert.Equal(new Uri("https://mine.blob.core.windows.net"), settings.Storage.BlobServiceUri);
        Assert.True(settings.Storage.ManagedIdentityOnly);
    }

    private static AppSettings Read(params (string Key, string Value)[] values)
    {
        Dictionary<string, string?> all = new() { ["AzureWebJobsStorage"] = Connection, ["NightlySchedule"] = "0 0 3 * * *" };
        foreach (var (key, value) in values)
        {
            all[key] = value;
        }

        return TestSettings.Read(all);
    }
}
