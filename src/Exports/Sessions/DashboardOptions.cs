namespace AeServerless.Exports.Sessions;

/// <summary>Options of the <c>neuronpedia</c> and <c>saedashboard</c> formats. The defaults are SAEDashboard's own.</summary>
public sealed record DashboardOptions
{
    /// <summary>Name of the set of autoencoders, such as <c>res-jb</c>. Empty for the autoencoder's name.</summary>
    public string SourceSet { get; init; } = "";

    /// <summary>What tells autoencoders of one set and layer apart; empty for none.</summary>
    public string Suffix { get; init; } = "";

    /// <summary>Name of the release.</summary>
    public string Release { get; init; } = "ae-serverless";

    /// <summary>Who the release is of, by name.</summary>
    public string CreatorName { get; init; } = "ae-serverless";

    /// <summary>Who the release is of, as an id of the server.</summary>
    public string CreatorId { get; init; } = "ae-serverless";

    /// <summary>When the release was made, ISO 8601. Fixed, so that the same run gives the same bytes.</summary>
    public string CreatedAt { get; init; } = "1970-01-01T00:00:00";

    /// <summary>Features of a file. The default is 128, the most that an upload takes.</summary>
    public int FeaturesPerBatch { get; init; } = 128;

    /// <summary>Bands of equal width from 0 to the maximum that examples are drawn from. The default is 5.</summary>
    public int Bands { get; init; } = 5;

    /// <summary>Examples of a band. The default is 5.</summary>
    public int BandExamples { get; init; } = 5;

    /// <summary>Decimals of numbers. The default is 3; −1 keeps all.</summary>
    public int Decimals { get; init; } = 3;

    /// <summary>Whether values are multiplied by the norm of the latent's decoder row, as SAEDashboard does. Needs directions.</summary>
    public bool Folded { get; init; }

    /// <summary>Token ids that count as 0 in frequency, histogram and examples: those of padding, beginning and end.</summary>
    public IReadOnlyList<int> IgnoredTokens { get; init; } = [];

    /// <summary>
    /// Whether tokens at which a latent is silent make up for missing examples, as SAEDashboard does. The default is false: a dead latent
    /// has one.
    /// </summary>
    public bool Pad { get; init; }

    /// <summary>Whether an example leaves out the first token of its sequence, as SAEDashboard does. The default is false.</summary>
    public bool SkipFirstToken { get; init; }
}
