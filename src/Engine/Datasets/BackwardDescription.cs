using System.Text.Json;

namespace AeServerless.Engine.Datasets;

/// <summary>
/// What a dataset's backward tensors are gradients of; the manifest's <c>backward</c>:
/// <c>{"kind":"loss","loss":"crossEntropy"}</c>, <c>{"kind":"loss","loss":"logitDifference","targets":[0],"antiTargets":[1]}</c> or
/// <c>{"kind":"trace","trace":{…}}</c>.
/// </summary>
public sealed record BackwardDescription
{
    /// <summary>A loss or a trace.</summary>
    public required BackwardKind Kind { get; init; }

    /// <summary>Which loss; null for a trace.</summary>
    public LossKind? Loss { get; init; }

    /// <summary>Token ids whose logits the loss adds; empty but for a logit difference.</summary>
    public IReadOnlyList<int> Targets { get; init; } = [];

    /// <summary>Token ids whose logits the loss subtracts; empty but for a logit difference.</summary>
    public IReadOnlyList<int> AntiTargets { get; init; } = [];

    /// <summary>The traced activation as a trace configuration of a recipe writes it; null for a loss.</summary>
    public JsonElement? Trace { get; init; }
}
