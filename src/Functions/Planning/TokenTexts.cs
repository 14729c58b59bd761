using AeServerless.Engine;
using AeServerless.Functions.Blobs;
using AeServerless.Models.Tokenizers;

namespace AeServerless.Functions.Planning;

/// <summary>The texts of a dataset's tokens, for people who read a summary.</summary>
internal static class TokenTexts
{
    /// <summary>The dataset's tokenizer; <see langword="null"/> where its files are not there.</summary>
    /// <exception cref="InvalidInputException">The tokenizer's files break their format, or changed since the run was asked
    /// for.</exception>
    public static async Task<TextTokenizer?> ReadAsync(RunBasis basis, InputStore store, CancellationToken cancellationToken)
    {
        var files = new InputFiles(basis.Manifest.Tokenizer, basis.Inputs, store);
        var isThere = files.Has(TokenizerFileList.Tokenizer) || TokenizerFileList.Older.All(files.Has);
        return isThere ? await TextTokenizer.LoadAsync(files, cancellationToken) : null;
    }

    /// <summary>The text of a token. Datasets made elsewhere can have ids that their tokenizer has not.</summary>
    public static string Of(TextTokenizer tokenizer, long id) =>
        id >= 0 && id <= int.MaxValue && tokenizer.Tokens.ContainsKey((int)id) ? tokenizer.TextOf((int)id) : $"<{id}>";
}
