using AeServerless.Engine;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Recipes;
using AeServerless.Formats.Engines;
using AeServerless.Functions.Blobs;
using AeServerless.Functions.Runs;

namespace AeServerless.Functions.Starting;

/// <summary>Finds every blob that a run may read, in its present version.</summary>
public sealed class RunInputs(InputStore store)
{
    /// <summary>
    /// Lists the dataset's blobs, the recipe's autoencoders and the model's files. What is wrong with a name or manifest is left to
    /// planning, which says so; then what is found is what the run can be told apart by.
    /// </summary>
    public async Task<IReadOnlyList<InputBlob>> CollectAsync(string dataset, Recipe recipe, CancellationToken cancellationToken)
    {
        var found = new SortedDictionary<string, InputBlob>(StringComparer.Ordinal);
        await TryAsync(() => AddDatasetAsync(found, dataset, cancellationToken));
        foreach (var autoencoder in recipe.Autoencoders)
        {
            await TryAsync(() => AddAutoencodersAsync(found, autoencoder, cancellationToken));
        }

        return [.. found.Values];
    }

    private static async Task TryAsync(Func<Task> find)
    {
        try
        {
            await find();
        }
        catch (InvalidInputException)
        {
            // Planning meets the same error, and there it fails the run with its reason.
        }
    }

    private async Task AddDatasetAsync(SortedDictionary<string, InputBlob> found, string dataset, CancellationToken cancellationToken)
    {
        DatasetName.Validate(dataset);
        await foreach (var blob in store.ListAsync($"activations/{dataset}/", cancellationToken))
        {
            found[blob.Path] = blob;
        }

        if (found.TryGetValue(InputPaths.Manifest(dataset), out var description))
        {
            var manifest = DatasetManifest.Parse(
                await store.ReadAsync(description, InputPaths.MaxManifestBytes, cancellationToken), description.Path);
            await AddAsync(found, manifest.Model, cancellationToken);
            await AddAsync(found, InputPaths.Config(manifest.Model), cancellationToken);
            await AddShardsOfModelAsync(found, manifest.Model, cancellationToken);
            if (manifest.Tokenizer.Length > 0)
            {
                foreach (var file in InputPaths.Tokenizer(manifest.Tokenizer))
                {
                    await AddAsync(found, file, cancellationToken);
                }
            }
        }
    }

    // An index names files beside it, of which those that are read are known when the run is planned.
    private async Task AddShardsOfModelAsync(
        SortedDictionary<string, InputBlob> found, string model, CancellationToken cancellationToken)
    {
        if (model.EndsWith(".index.json", StringComparison.Ordinal))
        {
            await foreach (var blob in store.ListAsync(InputPaths.Beside(model, ""), cancellationToken))
            {
                found[blob.Path] = blob;
            }
        }
    }

    private async Task AddAutoencodersAsync(
        SortedDictionary<string, InputBlob> found, AutoencoderReference autoencoder, CancellationToken cancellationToken)
    {
        var paths = new AutoencoderPaths(autoencoder);
        await foreach (var blob in store.ListAsync(paths.Prefix, cancellationToken))
        {
            if (paths.Contains(blob.Path))
            {
                found[blob.Path] = blob;
            }
        }
    }

    private async Task AddAsync(SortedDictionary<string, InputBlob> found, string path, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(path, cancellationToken) is { } blob)
        {
            found[path] = blob;
        }
    }
}
