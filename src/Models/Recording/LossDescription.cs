namespace AeServerless.Models.Recording;

/// <summary>
/// A loss of each sequence: its gradients are those of the sum over sequences, so that no sequence's depend on another.
/// </summary>
public sealed record LossDescription
{
    private LossDescription()
    {
    }

    /// <summary>Token ids whose mean logit at a sequence's last position counts; none for the cross-entropy.</summary>
    public IReadOnlyList<int> Targets { get; private init; } = [];

    /// <summary>Token ids whose mean logit is subtracted.</summary>
    public IReadOnlyList<int> AntiTargets { get; private init; } = [];

    /// <summary>Whether it is the mean cross-entropy of the next tokens, in nats; 0 for a sequence of one token.</summary>
    public bool IsCrossEntropy => Targets.Count == 0;

    /// <summary>Mean cross-entropy of the next tokens.</summary>
    public static LossDescription CrossEntropy { get; } = new();

    /// <summary>Mean logit of some tokens minus mean logit of others at a sequence's last position.</summary>
    /// <param name="targets">At least one id.</param>
    /// <param name="antiTargets">Ids; where there are none, nothing is subtracted.</param>
    /// <exception cref="ArgumentException">There are no targets.</exception>
    public static LossDescription LogitDifference(IReadOnlyList<int> targets, IReadOnlyList<int> antiTargets)
    {
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(antiTargets);
        return targets.Count > 0
            ? new LossDescription { Targets = targets, AntiTargets = antiTargets }
            : throw new ArgumentException("At least one target is needed.", nameof(targets));
    }
}
