using System.CommandLine;
using System.Globalization;
using System.Runtime.CompilerServices;
using AeServerless.Capture.Tokenization;
using AeServerless.Engine;
using AeServerless.Engine.Transformers;

namespace AeServerless.Cli.Capture;

/// <summary>What <c>ae capture</c> runs through the model: texts through the model's tokenizer, or token ids.</summary>
internal sealed class CaptureInput
{
    private readonly Gpt2Tokenizer? _tokenizer;

    private CaptureInput(IAsyncEnumerable<int[]> sequences, Gpt2Tokenizer? tokenizer)
    {
        Sequences = sequences;
        _tokenizer = tokenizer;
    }

    public IAsyncEnumerable<int[]> Sequences { get; }

    public static async Task<CaptureInput> CreateAsync(
        CaptureOptions options, ParseResult result, string modelFolder, Gpt2Config config, CancellationToken cancellationToken)
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

        var tokenizer = tokens is null || File.Exists(Path.Combine(modelFolder, "vocab.json"))
            ? await ModelFolder.LoadTokenizerAsync(modelFolder, cancellationToken)
            : null;
        if (tokenizer?.Count > config.Vocabulary)
        {
            throw new InvalidInputException(
                modelFolder, $"vocab.json has {tokenizer.Count} ids, the model {config.Vocabulary}: they are not of one model");
        }

        var sequences = tokens is null
            ? TextSequences.ReadAsync(texts.Select(Open), tokenizer!, Context(result.GetValue(options.Context), config), cancellationToken)
            : ReadTokensAsync(Existing(tokens), config, cancellationToken);
        return new CaptureInput(sequences.TakeTokensAsync(limit), tokenizer);
    }

    /// <summary>The id of a token on the command line: an id, or a text that is one token.</summary>
    public int TokenId(string text)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            return id;
        }

        var ids = _tokenizer?.Encode(text) ?? [];
        if (ids.Count == 1)
        {
            return ids[0];
        }

        throw new InvalidInputException(
            $"token '{text}'", _tokenizer is null
                ? "must be an id: the model's folder has no tokenizer"
                : $"is {ids.Count} tokens ({string.Join(' ', ids)}); one token or an id is needed");
    }

    private static int Context(int? context, Gpt2Config config) => context is null or > 0 && (context ?? 1) <= config.Positions
        ? context ?? config.Positions
        : throw new InvalidInputException(
            $"--context {context}", $"must be from 1 to {config.Positions}, the longest that the model takes");

    private static (string Name, Func<Stream> Open) Open(string path)
    {
        if (path == "-")
        {
            return ("standard input", Console.OpenStandardInput);
        }

        return (Existing(path), () => File.OpenRead(path));
    }

    private static string Existing(string path) => File.Exists(path)
        ? path
        : throw new InvalidInputException(
            path, Directory.Exists(path) ? "is a folder; a file is needed" : "does not exist; a file of text or token ids is needed");

    private static async IAsyncEnumerable<int[]> ReadTokensAsync(
        string path, Gpt2Config config, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var reader = File.OpenText(path);
        var sequences = TokenSequences.ReadAsync(path, reader, config.Vocabulary, config.Positions, cancellationToken);
        await foreach (var sequence in sequences)
        {
            yield return sequence;
        }
    }
}
