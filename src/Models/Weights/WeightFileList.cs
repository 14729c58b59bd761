using System.Security.Cryptography;
using System.Text;
using AeServerless.Engine;
using AeServerless.Engine.IO;

namespace AeServerless.Models.Weights;

/// <summary>The files that hold a model's weights.</summary>
/// <param name="Main">The file that stands for all: the only one, or the index of shards.</param>
/// <param name="Files">All of them in ordinal order, an index among them.</param>
public sealed record WeightFileList(string Main, IReadOnlyList<string> Files)
{
    /// <summary>Finds the weights of a model.</summary>
    /// <exception cref="InvalidInputException">There are none that are read here, or an index is faulty.</exception>
    public static async Task<WeightFileList> FindAsync(IModelFiles files, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(files);
        foreach (var single in Checkpoint.SingleFiles)
        {
            if (await files.TryOpenAsync(single, cancellationToken) is { } source)
            {
                (source as IDisposable)?.Dispose();
                return new WeightFileList(single, [single]);
            }

            var index = single + Checkpoint.IndexEnding;
            if (await files.TryReadAsync(index, cancellationToken) is { } json)
            {
                var shards = WeightMap.Parse(json, index).Values.Append(index);
                return new WeightFileList(index, [.. shards.Distinct().Order(StringComparer.Ordinal)]);
            }
        }

        throw Checkpoint.NoWeights(files);
    }

    /// <summary>
    /// What manifests call <c>modelSha256</c>: the SHA-256 of the only file; of several, that of a list of theirs.
    /// </summary>
    /// <param name="sha256">Gives the SHA-256 of a file.</param>
    public async Task<string> Sha256Async(Func<string, Task<string>> sha256)
    {
        ArgumentNullException.ThrowIfNull(sha256);
        if (Files is [var single])
        {
            return await sha256(single);
        }

        var list = new StringBuilder();
        foreach (var file in Files)
        {
            list.Append(await sha256(file)).Append("  ").Append(file).Append('\n');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(list.ToString())));
    }

    /// <inheritdoc cref="Sha256Async(Func{string, Task{string}})"/>
    public Task<string> Sha256Async(IModelFiles files, CancellationToken cancellationToken) => Sha256Async(async name =>
    {
        var source = await files.TryOpenAsync(name, cancellationToken)
            ?? throw new InvalidInputException($"{files.Name}, {name}", $"does not exist, and {Main} names it");
        using var resource = source as IDisposable;
        return await ContentHash.Sha256Async(source, cancellationToken);
    });
}
