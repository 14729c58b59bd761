using System.CommandLine;
using AeServerless.Capture;
using AeServerless.Cli.Capture;

namespace AeServerless.Cli.Tokenize;

/// <summary>The options of <c>ae tokenize</c>.</summary>
internal sealed class TokenizeOptions
{
    public Option<DirectoryInfo> Tokenizer { get; } = new Option<DirectoryInfo>("--tokenizer")
    {
        Description = "Folder with tokenizer.json, or vocab.json and merges.txt; a model's folder has one.",
        Required = true,
    }.AcceptExistingOnly();

    public Option<string[]> Text { get; } = new("--text")
    {
        Description = "Files: .jsonl, .parquet, others are text, each one document; - is text from standard input.",
        AllowMultipleArgumentsPerToken = true,
        Required = true,
    };

    public Option<string> Field { get; } = new("--field")
    {
        Description = "The field or column that has a document's text.",
        DefaultValueFactory = _ => "text",
    };

    public Option<DirectoryInfo> Out { get; } = new("--out") { Description = "Folder of the dataset.", Required = true };

    public Option<int?> MaxLength { get; } = new("--max-length")
    {
        Description = "Tokens of a sequence (default: the longest that the model takes, at most 2,048).",
    };

    public Option<bool> OneEach { get; } = new("--one-document-each")
    {
        Description = "One document a sequence, cut at the length; without it documents are packed end to end.",
    };

    public Option<bool> NoBos { get; } = new("--no-bos")
    {
        Description = "Leave out the special tokens that the tokenizer puts at the ends of a text.",
    };

    public Option<DirectoryInfo?> Model { get; } = new("--model")
    {
        Description = "Folder of the model that is run over the tokens (default: the tokenizer's, where a model is there).",
    };

    public Option<string?> ModelName { get; } = new("--model-name")
    {
        Description = "The name under which ./ae upload model --name puts the model (default: the name of its folder, as there).",
    };

    public Option<string?> ModelBlob { get; } = new("--model-blob")
    {
        Description = "Where the model is in blob storage, container first (default: models/{its name}/{its weights}).",
    };

    public Option<string?> TokenizerBlob { get; } = new("--tokenizer-blob")
    {
        Description = "Folder of the tokenizer in blob storage, container first (default: the model's).",
    };

    public GradientOptions Gradients { get; } = new("Gradients that recipes may ask for (default: of the mean cross entropy).");

    public Option<long?> MaxTokens { get; } = new("--max-tokens") { Description = "Stop after so many tokens." };

    public Option<int> ShardTokens { get; } = new("--shard-tokens")
    {
        Description = "Tokens of a shard.",
        DefaultValueFactory = _ => TokenDatasetRequest.DefaultShardTokens,
    };

    public Option<bool> Force { get; } = new("--force") { Description = "Replace a finished dataset." };

    public Command AddTo(Command command)
    {
        foreach (var option in (Option[])
        [
            Tokenizer, Text, Field, Out, MaxLength, OneEach, NoBos, Model, ModelName, ModelBlob, TokenizerBlob, .. Gradients.All,
            MaxTokens, ShardTokens, Force,
        ])
        {
            command.Add(option);
        }

        return command;
    }
}
