using System.CommandLine;
using AeServerless.Capture;
using AeServerless.Engine.Tensors;

namespace AeServerless.Cli.Capture;

/// <summary>The options of <c>ae capture</c>.</summary>
internal sealed class CaptureOptions
{
    public Option<DirectoryInfo> Model { get; } = new Option<DirectoryInfo>("--model")
    {
        Description = "Folder of a model with Hugging Face's file names: config.json, weights, and for text a tokenizer.",
        Required = true,
    }.AcceptExistingOnly();

    public Option<string[]> Text { get; } = new("--text")
    {
        Description = "UTF-8 text files, each cut into sequences; - is standard input.",
        AllowMultipleArgumentsPerToken = true,
    };

    public Option<string?> Tokens { get; } = new("--tokens")
    {
        Description = "Instead of text: a file with one sequence of token ids a line, with spaces between or as a JSON array.",
    };

    public Option<DirectoryInfo> Out { get; } = new("--out") { Description = "Folder of the dataset.", Required = true };

    public Option<int?> Context { get; } =
        new("--context") { Description = "Tokens of a sequence of text (default: the longest that the model takes, at most 2,048)." };

    public Option<bool> NoBos { get; } =
        new("--no-bos") { Description = "Leave out the special tokens that the tokenizer puts before a text." };

    public Option<string> Layers { get; } =
        new("--layers") { Description = "Layers to record: all, or numbers as in 0,2-4.", DefaultValueFactory = _ => "all" };

    public Option<string[]> Locations { get; } = new("--locations")
    {
        Description = "What to record of the forward pass.",
        DefaultValueFactory = _ => [.. CaptureRequest.DefaultLocations],
        AllowMultipleArgumentsPerToken = true,
    };

    public Option<string[]> BackwardLocations { get; } = new("--backward-locations")
    {
        Description = "What to record of the backward pass, beside the last layer's resid.post_mlp.",
        DefaultValueFactory = _ => [.. CaptureRequest.DefaultBackwardLocations],
        AllowMultipleArgumentsPerToken = true,
    };

    public GradientOptions Gradients { get; } = new("Gradients to record.");

    public Option<string[]> Autoencoder { get; } = new("--autoencoder")
    {
        Description =
            "An autoencoder in the forward pass, its latents and error recorded: input=path with {layer} in the path; the input is "
                + "mlp_post_act, resid_delta_mlp or resid_delta_attn.",
        AllowMultipleArgumentsPerToken = true,
    };

    public Option<long?> MaxTokens { get; } = new("--max-tokens") { Description = "Stop after so many tokens." };

    public Option<int> ShardTokens { get; } = new("--shard-tokens")
    {
        Description = "Tokens of a shard.",
        DefaultValueFactory = _ => CaptureRequest.DefaultShardTokens,
    };

    public Option<TensorDtype> Dtype { get; } = new Option<TensorDtype>("--dtype")
    {
        Description = "Type of the recorded numbers.",
        DefaultValueFactory = _ => TensorDtype.F32,
    }.AcceptOnlyFromAmong("F32", "F16", "BF16");

    public Option<string?> ModelName { get; } = new("--model-name")
    {
        Description = "The name under which ./ae upload model --name puts the model (default: the name of its folder, as there).",
    };

    public Option<string?> ModelBlob { get; } = new("--model-blob")
    {
        Description = "Where the model is in blob storage, container first (default: models/{its name}/model.safetensors).",
    };

    public Option<string?> TokenizerBlob { get; } = new("--tokenizer-blob")
    {
        Description = "Folder of the tokenizer in blob storage, container first (default: the model's).",
    };

    public Option<bool> Force { get; } = new("--force") { Description = "Replace a finished dataset." };

    public Option<bool> Strict { get; } = new("--strict")
    {
        Description = "End with an error, in the place of a warning, where weights or recorded values are infinite or not a number.",
    };

    public Command AddTo(Command command)
    {
        foreach (var option in (Option[])
        [
            Model, Text, Tokens, Out, Context, NoBos, Layers, Locations, BackwardLocations, .. Gradients.All, Autoencoder,
            MaxTokens, ShardTokens, Dtype, ModelName, ModelBlob, TokenizerBlob, Force, Strict,
        ])
        {
            command.Add(option);
        }

        return command;
    }
}
