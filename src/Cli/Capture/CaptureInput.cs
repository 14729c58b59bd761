using System.CommandLine;
using System.Runtime.CompilerServices;
using AeServerless.Capture.Tokenization;
using AeServerless.Engine;
using AeServerless.Models.Configuration;
using AeServerless.Models.Tokenizers;
using AeServerless.Models.Weights;

namespace AeServerless.Cli.Capture;

/// <summary>What <c>ae capture</c> runs through the model: texts through the model's tokenizer, or token ids.</summary>
internal sealed class CaptureInput
{
    // Models of today take a hundred thousand tokens; activations of a context cost memory by its length.
    private const int DefaultContext = 2048;

    private readonly TextTokenizer? _tokenizer;

    private CaptureInput(IAsyncEnumerable<int[]> sequences, TextTokenizer? tokenizer)
    {
        Sequences = sequences;
        _tokenizer = tokenizer;
    }

    public IAsyncEnumerable<int[]> Sequences { get; }

    public static async Task<CaptureInput> CreateAsync(
        CaptureOptions options, ParseResult result, string modelFolder, Architecture config, CancellationToken cancellationToken)
    {
        var texts = result.GetValue(options.Text) ?? [];
        var tokens = result.GetValue(options.Tokens);
        if ((texts.Length > 0) == (tokens is not null))
        {
            throw new InvalidInputException("the input", "must be given: --text with files, or --tokens with one");
        }

        var limit = result.GetValue(options.MaxTokens) ?? long.MaxValue;
        if (limit < 1)
        {
            throw new InvalidInputException($"--max-tokens {limit}", "must be at least 1");
        }

        var tokenizer = tokens is null || TokenizerFileList.All.Any(file => File.Exists(Path.Combine(modelFolder, file)))
            ? await TextTokenizer.LoadAsync(new ModelFolder(modelFolder), cancellationToken)
            : null;
        if (tokenizer?.Tokens.Keys.Max() is { } largest && largest >= config.Vocabulary)
        {
            throw new InvalidInputException(
                modelFolder, $"its tokenizer has ids up to {largest}, the model 0 to {config.Vocabulary - 1}: they are not of one model");
        }

        var sequences = tokens is null
            ? TextSequences.ReadAsync(
                texts.Select(TextArgument.Open),
                tokenizer!,
                Context(result.GetValue(options.Context), config),
                !result.GetValue(options.NoBos),
                cancellationToken)
            : ReadTokensAsync(TextArgument.Existing(tokens), config, cancellationToken);
        return new CaptureInput(sequences.TakeTokensAsync(limit), tokenizer);
    }

    /// <summary>The id of a token on the command line: an id, or a text that is one token.</summary>
    public int TokenId(string text) => TokenArgument.Id(text, _tokenizer);

    private static int Context(int? context, Architecture config) => context is null or > 0 && (context ?? 1) <= config.Positions
        ? context ?? Math.Min(config.Positions, DefaultContext)
        : throw new InvalidInputException(
            $"--context {context}", $"must be from 1 to {config.Positions}, the longest that the model takes");

    private static async IAsyncEnumerable<int[]> ReadTokensAsync(
        string path, Architecture config, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var reader = File.OpenText(path);
        var sequences = TokenSequences.ReadAsync(path, reader, config.Vocabulary, config.Positions, cancellationToken);
        await foreach (var sequence in sequences)
        {
            yield return sequence;
        }
    }
}
