using AeServerless.Functions.Tests.Fixtures;
using AeServerless.TestSupport;
using Azure.Storage.Blobs;
using Microsoft.Extensions.DependencyInjection;

namespace AeServerless.Functions.Tests.Endpoints;

/// <summary>Health says which of storage and hub can't be reached, and requests meet the same.</summary>
public sealed class HealthTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task StorageThatCanNotBeReached_IsTold_WhileTheHubAnswers()
    {
        // Nobody listens on port 1. The hub has the settings' own connection.
        var nowhere = new BlobServiceClient(
            AzuriteProcess.BuildConnectionString(1, 1, 1), new BlobClientOptions { Retry = { MaxRetries = 0 } });
        await using var app = await TestApp.StartAsync(
            TestSettings.Create(azurite.ConnectionString), services => services.AddSingleton(nowhere));

        var (status, health) = await app.SendAsync(HttpMethod.Get, "health");
        var (refused, answer) = await app.SendAsync(HttpMethod.Post, "runs", """{ "dataset": "mine", "recipe": "latents" }""");

        Assert.Equal(503, status);
        Assert.False(health.GetProperty("healthy").GetBoolean());
        Assert.Equal("unreachable", health.GetProperty("storage").GetString());
        Assert.Equal("reachable", health.GetProperty("hub").GetString());
        Assert.Equal(503, refused);
        Assert.Equal("storage", answer.GetProperty("error").GetProperty("subject").GetString());
    }
}
