namespace AeServerless.Functions.Triggers;

/// <summary>Notices uploads by looking, which every storage account and emulator can be asked to do.</summary>
public sealed class OnDatasetUploaded(UploadedDataset uploaded)
{
    /// <summary>Starts the runs of the dataset whose manifest appeared.</summary>
    [Function(nameof(OnDatasetUploaded))]
    public Task RunAsync(
        [BlobTrigger(
            "activations/{dataset}/manifest.json",
            Connection = "AzureWebJobsStorage",
            Source = BlobTriggerSource.LogsAndContainerScan)] Stream manifest,
        string dataset,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => uploaded.StartRunsAsync(client, dataset, cancellationToken);
}
