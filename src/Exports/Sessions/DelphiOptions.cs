namespace AeServerless.Exports.Sessions;

/// <summary>Options of the <c>delphi</c> format.</summary>
public sealed record DelphiOptions
{
    /// <summary>Files that a module's latents are divided into. The default is 5, as the tool's.</summary>
    public int Splits { get; init; } = 5;

    /// <summary>
    /// Whether activations are F32, which the loader takes too. The default is F16, which is all that the tool itself writes.
    /// </summary>
    public bool Float32 { get; init; }

    /// <summary>Sequences of a batch, for <c>config.json</c>. The default is 32.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>The dataset's repository, for <c>config.json</c>; empty for the name of the run's dataset.</summary>
    public string DatasetRepo { get; init; } = "";

    /// <summary>The dataset's split, for <c>config.json</c>. The default is <c>train</c>.</summary>
    public string DatasetSplit { get; init; } = "train";

    /// <summary>The dataset's configuration, for <c>config.json</c>.</summary>
    public string DatasetName { get; init; } = "";

    /// <summary>The dataset's column, for <c>config.json</c>. The default is <c>text</c>.</summary>
    public string DatasetColumn { get; init; } = "text";
}
