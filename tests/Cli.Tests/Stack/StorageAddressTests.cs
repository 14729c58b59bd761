using AeServerless.Cli.Stack;

namespace AeServerless.Cli.Tests.Stack;

public sealed class StorageAddressTests
{
    private const string Account = "AccountName=a;AccountKey=a2V5;EndpointSuffix=core.windows.net";

    [Fact]
    public void ConnectionString_IsTheSetting()
    {
        var environment = new Dictionary<string, string?>();

        StorageAddress.Apply(Account, environment);

        Assert.Equal(Account, Assert.Single(environment).Value);
    }

    [Fact]
    public void AddressOfTheBlobService_SetsAllThreeServicesAndEmptiesTheConnectionString()
    {
        var environment = new Dictionary<string, string?>();

        StorageAddress.Apply("https://mine.blob.core.windows.net", environment);

        Assert.Equal("", environment["AzureWebJobsStorage"]);
        Assert.Equal("https://mine.blob.core.windows.net/", environment["AzureWebJobsStorage__blobServiceUri"]);
        Assert.Equal("https://mine.queue.core.windows.net/", environment["AzureWebJobsStorage__queueServiceUri"]);
        Assert.Equal("https://mine.table.core.windows.net/", environment["AzureWebJobsStorage__tableServiceUri"]);
    }

    [Theory]
    [InlineData("https://example.org")]
    [InlineData("nonsense")]
    public void AnythingElse_IsRefused(string storage)
    {
        var error = Assert.Throws<CliException>(() => StorageAddress.Apply(storage, new Dictionary<string, string?>()));

        Assert.StartsWith("--storage: ", error.Message, StringComparison.Ordinal);
    }
}
