namespace AeServerless.Exports.Runs;

/// <summary>A run as exports see it: its result files, and what is known of the dataset and the autoencoders behind it.</summary>
public sealed record ExportRun
{
    /// <summary>The run's result files.</summary>
    public required IRunFiles Files { get; init; }

    /// <summary>Name of the dataset.</summary>
    public required string Dataset { get; init; }

    /// <summary>The run's id; empty where the results are not of a run.</summary>
    public string RunId { get; init; } = "";

    /// <summary>The dataset's token ids. Formats with contexts refuse a run without them.</summary>
    public ITokenIds? Tokens { get; init; }

    /// <summary>The text of a token; <see langword="null"/> shows ids as <c>&lt;17&gt;</c>.</summary>
    public Func<int, string>? TokenText { get; init; }

    /// <summary>Size of the vocabulary; 0 where it is not known.</summary>
    public int Vocabulary { get; init; }

    /// <summary>Directions by autoencoder and layer; <see langword="null"/>, of the function or from it, where there are none.</summary>
    public Func<string, int, ILatentDirections?>? Directions { get; init; }

    /// <summary>Activations at the hook of an autoencoder by name and layer; <see langword="null"/> where there are none.</summary>
    public Func<string, int, IActivationRows?>? Activations { get; init; }
}
