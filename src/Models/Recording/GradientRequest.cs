namespace AeServerless.Models.Recording;

/// <summary>Gradients of a loss.</summary>
/// <param name="Loss">The loss.</param>
/// <param name="Sites">Where the gradients are recorded.</param>
public sealed record GradientRequest(LossDescription Loss, IReadOnlyList<ActivationSite> Sites);
