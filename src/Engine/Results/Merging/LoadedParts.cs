using AeServerless.Engine.IO;

namespace AeServerless.Engine.Results.Merging;

/// <summary>The same file of several results, in memory.</summary>
internal sealed class LoadedParts : IDisposable
{
    private LoadedParts(LoadedResult[] files) => Files = files;

    /// <summary>The files, in the order of the results; at least one.</summary>
    public IReadOnlyList<LoadedResult> Files { get; }

    /// <summary>Reads them side by side.</summary>
    /// <exception cref="InvalidInputException">One is missing or damaged, or of another recipe than the first.</exception>
    public static async Task<LoadedParts> LoadAsync(
        IReadOnlyList<IResultSource> parts, string name, CancellationToken cancellationToken)
    {
        Task<LoadedResult>[] loading = [.. parts.Select(part => LoadedResult.LoadAsync(part, name, cancellationToken))];
        try
        {
            var files = await Task.WhenAll(loading);
            foreach (var file in files)
            {
                ResultMetadata.ValidateSame(files[0].File, file.File);
            }

            return new LoadedParts(files);
        }
        catch
        {
            foreach (var file in loading.Where(file => file.IsCompletedSuccessfully))
            {
                file.Result.Dispose();
            }

            throw;
        }
    }

    /// <summary>A file that says of itself what the parts say; entries that depend on the values are to be overwritten.</summary>
    public TensorSet Describe()
    {
        var tensors = new TensorSet();
        foreach (var (key, value) in Files[0].File.Metadata)
        {
            tensors.Metadata[key] = value;
        }

        return tensors;
    }

    public void Dispose()
    {
        foreach (var file in Files)
        {
            file.Dispose();
        }
    }
}
