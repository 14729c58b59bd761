namespace AeServerless.Engine.Encoding.Integers;

/// <summary>
/// Products of rows of small integers, summed in int32 without any rounding. Rows come as words of 32 bits, each of two int16 or four int8
/// elements; kernels of the same elements give the same bits.
/// </summary>
internal unsafe interface IIntegerKernel
{
    /// <summary>Latents of a panel: what one register of 512 bits has words for.</summary>
    const int PanelLatents = 16;

    /// <summary>Tokens that are multiplied together.</summary>
    const int TokensTogether = 4;

    /// <summary>A row has a multiple of this many words.</summary>
    const int WordsTogether = 4;

    /// <summary>Instructions and elements, as a reader of a benchmark would call them.</summary>
    string Name { get; }

    /// <summary>Whether this processor has the instructions.</summary>
    bool IsSupported { get; }

    /// <summary>1 for int8, 2 for int16.</summary>
    int ElementBytes { get; }

    /// <summary>The largest magnitude of a token's element.</summary>
    int LargestToken { get; }

    /// <summary>
    /// What is added to each element of a token before it is stored, so that none is negative; sums then start at minus this times the sum
    /// of the latent's weights.
    /// </summary>
    int TokenOffset { get; }

    /// <summary>sums[token, latent] = starts[latent] + Σ token · weight, modulo 2³².</summary>
    /// <param name="tokens">Rows of words. [tokens, words]</param>
    /// <param name="tokenCount">A multiple of <see cref="TokensTogether"/>.</param>
    /// <param name="panels">Weights. [panels, words, 16 latents]</param>
    /// <param name="panelCount">An even number.</param>
    /// <param name="words">Words of a row, a multiple of <see cref="WordsTogether"/>.</param>
    /// <param name="starts">What each latent's sum starts at. [16 · panels]</param>
    /// <param name="sums">[tokens, 16 · panels]</param>
    void Multiply(int* tokens, int tokenCount, int* panels, int panelCount, int words, int* starts, int* sums);

    /// <summary>Runs the kernel's instructions on registers alone, which nothing that reads memory can beat.</summary>
    /// <param name="rounds">How often.</param>
    /// <returns>Multiply-adds that were done.</returns>
    long RunRegistersAlone(int rounds);
}
