namespace AeServerless.Engine.Encoding.Screening;

/// <summary>One thread's buffers for a <see cref="Screen"/>.</summary>
internal abstract class ScreenLane : IDisposable
{
    /// <summary>Looks at a tile before its rows are loaded.</summary>
    /// <param name="centred">The rows. [rows, input]</param>
    /// <param name="norms">Their norms. [rows]</param>
    public virtual void Prepare(ReadOnlySpan<float> centred, ReadOnlySpan<double> norms)
    {
    }

    /// <summary>Rounds a token's centred input and bounds what that loses.</summary>
    /// <param name="row">Row of the tile.</param>
    /// <param name="centred">x − pre_bias. [input]</param>
    /// <param name="norm">Its norm; finite.</param>
    public abstract void Load(int row, ReadOnlySpan<float> centred, double norm);

    /// <summary>Leaves a row out: it gets no candidates.</summary>
    public abstract void Skip(int row);

    /// <summary>
    /// Collects every latent of the loaded rows that may be in the result: block after block of <see cref="Screen.LatentBlock"/> latents,
    /// in each by row, and in a row ascending.
    /// </summary>
    public abstract void Collect(int rows, Candidates candidates);

    public abstract void Dispose();
}
