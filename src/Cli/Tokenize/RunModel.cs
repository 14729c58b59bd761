using AeServerless.Engine;
using AeServerless.Models;
using AeServerless.Models.Configuration;
using AeServerless.Models.Tokenizers;
using AeServerless.Models.Weights;

namespace AeServerless.Cli.Tokenize;

/// <summary>The model that runs over a dataset of tokens will run, as far as it is at hand.</summary>
internal sealed class RunModel
{
    private const int UsualMost = 2048;
    private const int UsualUnknown = 1024;

    private readonly string _folder;
    private readonly Architecture? _architecture;
    private readonly string _main;

    private RunModel(string folder, Architecture? architecture, string main, string? sha256)
    {
        _folder = folder;
        _architecture = architecture;
        _main = main;
        Sha256 = sha256;
    }

    /// <summary>What the manifest calls <c>modelSha256</c>; null where there are no weights.</summary>
    public string? Sha256 { get; }

    /// <summary>Layers; 0 where they are not known.</summary>
    public int Layers => _architecture?.Layers.Count ?? 0;

    /// <summary>Tokens of a sequence where nothing is said.</summary>
    public int UsualLength => _architecture is { } known ? Math.Min(known.Positions, UsualMost) : UsualUnknown;

    /// <summary>Looks for the model: in its own folder, else in the tokenizer's.</summary>
    /// <exception cref="InvalidInputException">A folder that was named has no model.</exception>
    public static async Task<RunModel> FindAsync(string? folder, string tokenizerFolder, CancellationToken cancellationToken)
    {
        var where = folder ?? tokenizerFolder;
        var files = new ModelFolder(where);
        if (folder is null && !File.Exists(Path.Combine(where, "config.json")))
        {
            return new RunModel(where, null, "model.safetensors", null);
        }

        var architecture = (await LanguageModel.DescribeAsync(files, cancellationToken)).Architecture;
        try
        {
            var weights = await WeightFileList.FindAsync(files, cancellationToken);
            return new RunModel(where, architecture, weights.Main, await weights.Sha256Async(files, cancellationToken));
        }
        catch (InvalidInputException) when (folder is null)
        {
            return new RunModel(where, architecture, "model.safetensors", null);
        }
    }

    /// <summary>Where the model is in blob storage, container first.</summary>
    public string Blob(string? name) => $"models/{name ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(_folder))}/{_main}";

    /// <summary>Refuses a tokenizer of another model.</summary>
    public void RequireFits(TextTokenizer tokenizer)
    {
        if (_architecture is { } known && tokenizer.Tokens.Keys.Max() is var largest && largest >= known.Vocabulary)
        {
            throw new InvalidInputException(
                _folder, $"the tokenizer has ids up to {largest}, the model 0 to {known.Vocabulary - 1}: they are not of one model");
        }
    }

    /// <summary>Refuses sequences that the model does not take.</summary>
    public void RequireLength(int length)
    {
        if (_architecture is { } known && length > known.Positions)
        {
            throw new InvalidInputException(
                $"--max-length {length}", $"must be from 1 to {known.Positions}, the longest that the model takes");
        }
    }
}
