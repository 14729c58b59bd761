namespace AeServerless.Functions.Triggers;

/// <summary>Is told of uploads by Event Grid, at once and of each. It takes a subscription to the storage account's events.</summary>
public sealed class OnDatasetUploadedEvent(UploadedDataset uploaded)
{
    /// <summary>Starts the runs of the dataset whose manifest appeared.</summary>
    [Function(nameof(OnDatasetUploadedEvent))]
    public Task RunAsync(
        [BlobTrigger(
            "activations/{dataset}/manifest.json",
            Connection = "AzureWebJobsStorage",
            Source = BlobTriggerSource.EventGrid)] Stream manifest,
        string dataset,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => uploaded.StartRunsAsync(client, dataset, cancellationToken);
}
