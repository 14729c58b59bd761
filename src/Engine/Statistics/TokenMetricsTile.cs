namespace AeServerless.Engine.Statistics;

/// <summary>What one autoencoder did at each token of a tile.</summary>
/// <param name="tokens">Tokens in the tile.</param>
/// <param name="inputWidth">Values a token in <see cref="Inputs"/>.</param>
public readonly ref struct TokenMetricsTile(int tokens, int inputWidth)
{
    /// <summary>Tokens in the tile.</summary>
    public int Tokens { get; } = tokens;

    /// <summary>Values a token in <see cref="Inputs"/>.</summary>
    public int InputWidth { get; } = inputWidth;

    /// <summary><c>[tokens]</c>: latents active at the token; 0 where it is not finite.</summary>
    public required ReadOnlySpan<int> ActiveLatents { get; init; }

    /// <summary><c>[tokens]</c>: ‖x‖² of the autoencoder's input, summed in a fixed order; 0 where it is not finite.</summary>
    public required ReadOnlySpan<double> InputSquaredNorms { get; init; }

    /// <summary><c>[tokens]</c>: ‖x − decode(encode(x))‖², summed in a fixed order; 0 where it is not finite.</summary>
    public required ReadOnlySpan<double> ErrorSquaredNorms { get; init; }

    /// <summary><c>[tokens]</c>: the input is NaN or infinite somewhere, and the token excluded.</summary>
    public required ReadOnlySpan<bool> NonFinite { get; init; }

    /// <summary><c>[tokens]</c>: L2 norm of the loss's gradient at the autoencoder's input; empty where it is not known.</summary>
    public ReadOnlySpan<float> GradientNorms { get; init; }

    /// <summary><c>[tokens, input]</c>: the autoencoder's input x; rows of tokens that are not finite are not to be used.</summary>
    public required ReadOnlySpan<float> Inputs { get; init; }
}
