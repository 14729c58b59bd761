using System.Collections.Concurrent;
using AeServerless.LocalHost.Tests.Support;
using Azure.Storage.Blobs;

namespace AeServerless.LocalHost.Tests.Blobs;

/// <summary>Blob functions; the container is a setting, so that each test has its own.</summary>
internal static class BlobFunctionsUnderTest
{
    public static ConcurrentQueue<(string Dataset, string Content)> Texts { get; } = new();

    [Function("OnText")]
    public static void OnText(
        [BlobTrigger("%Container%/{dataset}/manifest.json", Connection = "AzureWebJobsStorage")] string manifest, string dataset) =>
        Texts.Enqueue((dataset, manifest));

    [Function("OnStream")]
    public static async Task OnStream(
        [BlobTrigger("%Container%/streams/{name}.bin")] Stream stream, string name, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, cancellationToken);
        Texts.Enqueue((name, $"{bytes.Length} bytes"));
    }

    [Function("OnClient")]
    public static void OnClient([BlobTrigger("%Container%/clients/{name}")] BlobClient blob, string name) =>
        Texts.Enqueue((name, blob.Name));

    [Function("OnEvent")]
    public static void OnEvent([BlobTrigger("%Container%/events/{name}", Source = BlobTriggerSource.EventGrid)] string text, string name) =>
        Texts.Enqueue((name, text));

    [Function("OnBad")]
    public static void OnBad([BlobTrigger("%Container%/bad/{name}.json")] string text, string name)
    {
        if (Calls.Add(name) <= int.Parse(text, System.Globalization.CultureInfo.InvariantCulture))
        {
            throw new InvalidOperationException("can't read it");
        }
    }
}
