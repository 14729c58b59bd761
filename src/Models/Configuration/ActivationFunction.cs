namespace AeServerless.Models.Configuration;

/// <summary>What an MLP applies to its neurons, or to their gates.</summary>
public enum ActivationFunction
{
    /// <summary><c>x · Φ(x)</c>, with the error function.</summary>
    Gelu,

    /// <summary>GELU by tanh.</summary>
    GeluTanh,

    /// <summary><c>x · sigmoid(x)</c>.</summary>
    Silu,

    /// <summary><c>max(x, 0)</c>.</summary>
    Relu,
}
