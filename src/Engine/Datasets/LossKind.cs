namespace AeServerless.Engine.Datasets;

/// <summary>The losses that gradients are recorded of.</summary>
public enum LossKind
{
    /// <summary>Mean cross entropy of the next token over all positions of a sequence but the last, in nats.</summary>
    CrossEntropy,

    /// <summary>Mean logit of the target tokens minus mean logit of the anti-target tokens, at a sequence's last position.</summary>
    LogitDifference,
}
