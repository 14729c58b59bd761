using System.Text.Json;
using AeServerless.Functions.Blobs;
using AeServerless.Functions.Endpoints;
using Azure;
using DurableTask.Core.Exceptions;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AeServerless.Functions.Tests.Endpoints;

/// <summary>What callers are told when the hub or storage can't be reached.</summary>
public sealed class ErrorResponsesTests
{
    private const string Secret = "sig=c2VjcmV0";

    /// <summary>What each durable backend throws.</summary>
    public static TheoryData<Exception> OfTheHub =>
    [
        new RpcException(new Status(StatusCode.Unknown, $"Exception was thrown by handler. {Secret}")),
        new RequestFailedException(0, $"Connection refused {Secret}"),
        new OrchestrationException(Secret),
        new AggregateException(new RequestFailedException(0, Secret), new RequestFailedException(0, Secret)),
    ];

    [Theory]
    [MemberData(nameof(OfTheHub), DisableDiscoveryEnumeration = true)]
    public async Task HubThatCanNotBeReached_Is503ThatNamesIt(Exception error)
    {
        var (status, body) = await AnswerAsync(error);

        Assert.Equal(StatusCodes.Status503ServiceUnavailable, status);
        Assert.Equal("task hub", JsonDocument.Parse(body).RootElement.GetProperty("error").GetProperty("subject").GetString());
        Assert.DoesNotContain(Secret, body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StorageThatCanNotBeReached_Is503ThatNamesIt()
    {
        var (status, body) = await AnswerAsync(new StorageException("recipes/a.json", "503 ServerBusy"));

        Assert.Equal(StatusCodes.Status503ServiceUnavailable, status);
        Assert.Equal("storage", JsonDocument.Parse(body).RootElement.GetProperty("error").GetProperty("subject").GetString());
    }

    [Theory]
    [InlineData(
        "https://a/instances/run-1?taskHub=hub&connection=Storage&code=key", "https://a/instances/run-1?taskHub=hub&connection=Storage")]
    [InlineData("https://a/instances/run-1?code=key", "https://a/instances/run-1")]
    [InlineData("https://a/instances/run-1", "https://a/instances/run-1")]
    [InlineData(null, null)]
    public void StatusAddress_CarriesNoKey(string? address, string? expected) =>
        Assert.Equal(expected, OrchestrationAddresses.WithoutKey(address));

    private static async Task<(int Status, string Body)> AnswerAsync(Exception error)
    {
        var context = new DefaultHttpContext { RequestServices = new ServiceCollection().AddLogging().BuildServiceProvider() };
        using var body = new MemoryStream();
        context.Response.Body = body;
        var result = await ErrorResponses.WrapAsync(() => throw error);
        await result.ExecuteAsync(context);
        body.Position = 0;
        using var reader = new StreamReader(body);
        return (context.Response.StatusCode, await reader.ReadToEndAsync(TestContext.Current.CancellationToken));
    }
}
