using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Datasets;

namespace AeServerless.Engine.Results.Summary;

/// <summary>What a summary is of, and how much it says.</summary>
public sealed record SummaryOptions
{
    /// <summary>The dataset's name.</summary>
    public required string Dataset { get; init; }

    /// <summary>The dataset's shards, in order: they say in which shard a sequence is.</summary>
    public required IReadOnlyList<ShardReference> Shards { get; init; }

    /// <summary>The recipe's name, or <see langword="null"/>.</summary>
    public string? Recipe { get; init; }

    /// <summary>Where the tokens around an example come from, or <see langword="null"/> to leave them out.</summary>
    public IExampleContextSource? Contexts { get; init; }

    /// <summary>What the authors of the autoencoders state of them.</summary>
    public IReadOnlyDictionary<AutoencoderKey, PublishedFigures> Published { get; init; } =
        new Dictionary<AutoencoderKey, PublishedFigures>();

    /// <summary>Latents told of for each autoencoder. The default is 10.</summary>
    public int StrongestLatents { get; init; } = 10;

    /// <summary>Latents told of in the report for each autoencoder. The default is 100.</summary>
    public int ReportedLatents { get; init; } = 100;

    /// <summary>Examples of each kind in the report, of the scalar that ranks latents. The default is 5.</summary>
    public int ReportedExamples { get; init; } = 5;

    /// <summary>Examples of each sign for each latent and scalar. The default is 3.</summary>
    public int Examples { get; init; } = 3;
}
