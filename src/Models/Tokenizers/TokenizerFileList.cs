using AeServerless.Engine.IO;
using AeServerless.Models.Weights;

namespace AeServerless.Models.Tokenizers;

/// <summary>The files of a tokenizer.</summary>
public static class TokenizerFileList
{
    /// <summary>The newer form, which counts where it is there.</summary>
    public const string Tokenizer = "tokenizer.json";

    /// <summary>The vocabulary of the older form.</summary>
    public const string Vocabulary = "vocab.json";

    /// <summary>The merges of the older form.</summary>
    public const string Merges = "merges.txt";

    /// <summary>What the older form's special tokens are.</summary>
    public const string Config = "tokenizer_config.json";

    /// <summary>All that may be read.</summary>
    public static IReadOnlyList<string> All { get; } = [Tokenizer, Vocabulary, Merges, Config];

    /// <summary>The files of the newer form.</summary>
    public static IReadOnlyList<string> Newer { get; } = [Tokenizer];

    /// <summary>The files of the older form.</summary>
    public static IReadOnlyList<string> Older { get; } = [Vocabulary, Merges];

    /// <summary>
    /// What manifests call <c>tokenizerSha256</c>: that of the files of the form that counts one after the other; null where there is none.
    /// </summary>
    public static async Task<string?> Sha256Async(IModelFiles files, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(files);
        var newer = await files.TryOpenAsync(Tokenizer, cancellationToken);
        (newer as IDisposable)?.Dispose();
        var form = newer is null ? Older : Newer;
        var sources = new List<IByteSource>();
        try
        {
            foreach (var name in form)
            {
                if (await files.TryOpenAsync(name, cancellationToken) is not { } file)
                {
                    return null;
                }

                sources.Add(file);
            }

            return await ContentHash.Sha256Async(sources, cancellationToken);
        }
        finally
        {
            foreach (var opened in sources)
            {
                (opened as IDisposable)?.Dispose();
            }
        }
    }
}
