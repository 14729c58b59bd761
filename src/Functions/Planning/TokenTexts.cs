using AeServerless.Capture.Tokenization;
using AeServerless.Engine;
using AeServerless.Functions.Blobs;
using AeServerless.Functions.Runs;

namespace AeServerless.Functions.Planning;

/// <summary>The texts of a dataset's tokens, for people who read a summary.</summary>
internal static class TokenTexts
{
    private const int MaxFileBytes = 64 << 20;

    /// <summary>What gives a token's text, or <see langword="null"/> where the dataset's tokenizer is not there.</summary>
    /// <exception cref="InvalidInputException">The tokenizer's files break their format, or changed since the run was asked
    /// for.</exception>
    public static async Task<Func<long, string>?> ReadAsync(RunBasis basis, InputStore store, CancellationToken cancellationToken)
    {
        var (vocabularyPath, mergesPath) = InputPaths.Tokenizer(basis.Manifest.Tokenizer);
        if (!basis.Inputs.TryGetValue(vocabularyPath, out var vocabulary) || !basis.Inputs.TryGetValue(mergesPath, out var merges))
        {
            return null;
        }

        var vocabularyJson = await store.ReadAsync(vocabulary, MaxFileBytes, cancellationToken);
        var mergesText = await store.ReadAsync(merges, MaxFileBytes, cancellationToken);
        var tokenizer = Gpt2Tokenizer.Create(vocabularyJson, mergesText, basis.Manifest.Tokenizer.TrimEnd('/'));

        // Datasets made elsewhere can have ids that their tokenizer has not.
        return id => id >= 0 && id < tokenizer.Count ? tokenizer.Decode([(int)id]) : $"<{id}>";
    }
}
