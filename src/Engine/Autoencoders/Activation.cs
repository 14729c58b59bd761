namespace AeServerless.Engine.Autoencoders;

/// <summary>An autoencoder's activation function.</summary>
/// <param name="Kind">The function.</param>
/// <param name="K">TopK's k; 0 for the others.</param>
public sealed record Activation(ActivationKind Kind, int K = 0)
{
    /// <summary><c>max(z, 0)</c>.</summary>
    public static Activation ReLU { get; } = new(ActivationKind.ReLU);

    /// <summary><c>z</c>.</summary>
    public static Activation Identity { get; } = new(ActivationKind.Identity);

    /// <summary>The k largest of a token, then <c>max(z, 0)</c>.</summary>
    public static Activation TopK(int k) => new(ActivationKind.TopK, k);

    /// <summary>As messages say it: <c>ReLU</c>, <c>TopK(32)</c>.</summary>
    public override string ToString() => Kind == ActivationKind.TopK ? $"TopK({K})" : Kind.ToString();
}
