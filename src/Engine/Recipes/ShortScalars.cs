using System.Collections.Frozen;

namespace AeServerless.Engine.Recipes;

/// <summary>
/// Short names of derived scalars: of every autoencoder of a recipe, or of the one that is named. Results are called
/// <c>{autoencoder}_{scalar}</c>.
/// </summary>
public static class ShortScalars
{
    /// <summary>Latents.</summary>
    public const string Latent = "latent";

    /// <summary>Latents of a forward pass through the autoencoder.</summary>
    public const string OnlineLatent = "online_latent";

    /// <summary>What latents write.</summary>
    public const string Write = "write";

    /// <summary>Latents times the norms of what they write.</summary>
    public const string WriteNorm = "write_norm";

    /// <summary>What latents write along the final residual gradient.</summary>
    public const string WriteToFinalResidualGrad = "write_to_final_residual_grad";

    /// <summary>What latents write along a recomputed gradient.</summary>
    public const string WriteToFinalActivationResidualGrad = "write_to_final_activation_residual_grad";

    /// <summary>Latents times their gradients.</summary>
    public const string ActTimesGrad = "act_times_grad";

    /// <summary>Gradients of latents in what the autoencoder reads.</summary>
    public const string LatentGradWrtInput = "latent_grad_wrt_input";

    /// <summary>What the autoencoder failed to reconstruct.</summary>
    public const string Error = "error";

    /// <summary>The error times its gradient.</summary>
    public const string ErrorActTimesGrad = "error_act_times_grad";

    /// <summary>The error times the norms of what its elements write.</summary>
    public const string ErrorWriteNorm = "error_write_norm";

    /// <summary>What the error's elements write along the final residual gradient.</summary>
    public const string ErrorWriteToFinalResidualGrad = "error_write_to_final_residual_grad";

    /// <summary>All of them.</summary>
    public static IReadOnlySet<string> All { get; } = new[]
    {
        Latent, OnlineLatent, Write, WriteNorm, WriteToFinalResidualGrad, WriteToFinalActivationResidualGrad, ActTimesGrad,
        LatentGradWrtInput, Error, ErrorActTimesGrad, ErrorWriteNorm, ErrorWriteToFinalResidualGrad,
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether a type of scalar, short or long, is the latents themselves.</summary>
    public static bool IsLatents(string type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return type.EndsWith(Latent, StringComparison.Ordinal);
    }

    /// <summary>What a short scalar of an autoencoder is called in results.</summary>
    public static string NameOf(string autoencoder, string scalar) => $"{autoencoder}_{scalar}";
}
