namespace AeServerless.Engine.Encoding.Screening;

/// <summary>
/// What bounds the distance of a token's screened pre-activations from those of the exact kernel: for latent j it is at most
/// <c>Relative · WeightNorm[j] + Residual · WeightResidual[j]</c>, see <see cref="Screen"/>.
/// </summary>
/// <param name="Scale">Outputs times this and the weight's scale are pre-activations without bias.</param>
/// <param name="Relative">‖x − x̂‖ + κ·‖x‖.</param>
/// <param name="Residual">‖x̂‖.</param>
/// <param name="Unbounded">The numbers are so large that they might overflow: every latent is a candidate.</param>
internal readonly record struct RowBound(float Scale, float Relative, float Residual, bool Unbounded);
