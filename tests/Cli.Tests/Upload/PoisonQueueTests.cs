using AeServerless.Cli.Upload;
using AeServerless.TestSupport;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;

namespace AeServerless.Cli.Tests.Upload;

/// <summary>Uploads that the trigger gave up are listed, and uploaded again when that is asked for.</summary>
public sealed class PoisonQueueTests
{
    private const string Name = "webjobs-blobtrigger-poison";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GivenUpUploads_AreListedAndUploadedAgain()
    {
        // The queue has one name in an account, so the account is this test's own.
        await using var azurite = await AzuriteProcess.StartAsync(cancellationToken: Cancellation);
        var poison = new PoisonQueue(azurite.ConnectionString);
        Assert.Empty(await poison.PeekAsync(Cancellation));
        Assert.Empty(await RetryAsync(poison));

        var blob = new BlobContainerClient(azurite.ConnectionString, "activations").GetBlobClient("mine/manifest.json");
        await new BlobContainerClient(azurite.ConnectionString, "activations").CreateAsync(cancellationToken: Cancellation);
        await blob.UploadAsync(BinaryData.FromString("{}"), Cancellation);
        var mark = new Dictionary<string, string> { ["sha256"] = "44136fa3" };
        var before = (await blob.SetMetadataAsync(mark, cancellationToken: Cancellation)).Value.ETag;
        var queue = new QueueClient(
            azurite.ConnectionString, Name, new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
        await queue.CreateAsync(cancellationToken: Cancellation);
        await queue.SendMessageAsync(Message("mine/manifest.json"), Cancellation);
        await queue.SendMessageAsync(Message("gone/manifest.json"), Cancellation);

        Assert.Equal(
            [("activations/mine/manifest.json", "OnDatasetUploaded"), ("activations/gone/manifest.json", "OnDatasetUploaded")],
            (await poison.PeekAsync(Cancellation)).Select(given => (given.Blob, given.Function)));
        Assert.Equal(
            [("activations/mine/manifest.json", true), ("activations/gone/manifest.json", false)], await RetryAsync(poison));

        var after = (await blob.DownloadContentAsync(Cancellation)).Value;
        Assert.NotEqual(before, after.Details.ETag);
        Assert.Equal("{}", after.Content.ToString());
        Assert.Equal(mark, after.Details.Metadata);
        Assert.Empty(await poison.PeekAsync(Cancellation));
    }

    private static string Message(string blob) => $$"""
        { "Type": "BlobTrigger", "FunctionId": "Host.Functions.OnDatasetUploaded", "BlobType": "BlockBlob",
          "ContainerName": "activations", "BlobName": "{{blob}}", "ETag": "\"0x8DD\"" }
        """;

    private static async Task<List<(string Blob, bool Found)>> RetryAsync(PoisonQueue poison)
    {
        var retried = new List<(string Blob, bool Found)>();
        await foreach (var item in poison.RetryAsync(Cancellation))
        {
            retried.Add(item);
        }

        return retried;
    }
}
