using AeServerless.Exports.Profiles;

namespace AeServerless.Exports.Formats.Dashboards;

/// <summary>What dashboards show of a latent.</summary>
internal sealed record Feature(int Index)
{
    public required double FracNonzero { get; init; }

    public required double MaxActivation { get; init; }

    public required Histogram Frequencies { get; init; }

    public required IReadOnlyList<FeatureExample> Examples { get; init; }

    public Histogram Logits { get; init; } = new([], []);

    public (string Text, double Value)[] Positive { get; init; } = [];

    public (string Text, double Value)[] Negative { get; init; } = [];

    public Neighbours Alignment { get; init; } = Neighbours.None;

    public Neighbours CorrelatedNeurons { get; set; } = Neighbours.None;

    public Neighbours CorrelatedFeatures { get; set; } = Neighbours.None;
}
