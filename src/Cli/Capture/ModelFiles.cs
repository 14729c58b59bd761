using AeServerless.Engine;

namespace AeServerless.Cli.Capture;

/// <summary>Tells files of a model that are not read from those that are not there.</summary>
internal static class ModelFiles
{
    /// <summary>Requires the file of weights that is read.</summary>
    /// <exception cref="InvalidInputException">It is not there: the message names what is there instead, and what would do.</exception>
    public static void RequireWeights(string folder)
    {
        if (Exists(folder, "model.safetensors"))
        {
            return;
        }

        const string merge = "Load the model in Python and save it as one file: model.save_pretrained(folder, max_shard_size=\"1000GB\")";
        const string convert =
            "Load the model in Python and save it as safetensors: model.save_pretrained(folder, safe_serialization=True, "
                + "max_shard_size=\"1000GB\")";
        Refuse(folder, "model.safetensors.index.json", $"says that the weights are in several files, which are not read. {merge}");
        if (Directory.EnumerateFiles(folder, "model-*-of-*.safetensors").Order(StringComparer.Ordinal).FirstOrDefault() is { } part)
        {
            throw new InvalidInputException(part, $"is one of several files of weights, which are not read. {merge}");
        }

        Refuse(folder, "pytorch_model.bin", $"is a pickle, which is not read. {convert}");
        Refuse(folder, "pytorch_model.bin.index.json", $"says that the weights are in several pickles, which are not read. {convert}");
        throw new InvalidInputException(Path.Combine(folder, "model.safetensors"), "does not exist; a model's weights are read from it");
    }

    /// <summary>Requires the two files of a tokenizer that are read.</summary>
    /// <exception cref="InvalidInputException">One is not there: the message names what is there instead, and what would do.</exception>
    public static void RequireTokenizer(string folder)
    {
        foreach (var name in (string[])["vocab.json", "merges.txt"])
        {
            if (!Exists(folder, name))
            {
                Refuse(
                    folder,
                    "tokenizer.json",
                    $"is there, but {name} is not, and tokenizers are read from vocab.json and merges.txt. Save them in Python: "
                        + "GPT2Tokenizer.from_pretrained(model).save_vocabulary(folder); or give token ids with --tokens");
                throw new InvalidInputException(
                    Path.Combine(folder, name),
                    "does not exist; a tokenizer is read from vocab.json and merges.txt; or give token ids with --tokens");
            }
        }
    }

    private static bool Exists(string folder, string name) => File.Exists(Path.Combine(folder, name));

    private static void Refuse(string folder, string name, string problem)
    {
        if (Exists(folder, name))
        {
            throw new InvalidInputException(Path.Combine(folder, name), problem);
        }
    }
}
