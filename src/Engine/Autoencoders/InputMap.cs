namespace AeServerless.Engine.Autoencoders;

/// <summary>
/// What happens to an input before the encoder's product, in this order: centred, normalised, the bias subtracted. Scaling by a number is
/// not among it: readers fold it into the weights.
/// </summary>
/// <param name="Centred">
/// Whether x − mean(x) is taken, the mean over the activation's elements. Not undone: the reconstruction is of the centred activation.
/// </param>
/// <param name="Norm">The normalisation.</param>
/// <param name="NormUndone">Whether the reconstruction is brought back to the input's scale (and mean, for layer norm).</param>
/// <param name="SubtractsBias">Whether a bias is subtracted.</param>
public sealed record InputMap(bool Centred = false, InputNorm Norm = InputNorm.None, bool NormUndone = true, bool SubtractsBias = false)
{
    /// <summary>The input is taken as it is.</summary>
    public static InputMap None { get; } = new();

    /// <summary>A bias is subtracted.</summary>
    public static InputMap Bias { get; } = new(SubtractsBias: true);

    /// <summary>Whether nothing is done but to subtract a bias: the encoder is linear, and nothing is undone.</summary>
    public bool IsLinear => !Centred && Norm == InputNorm.None;

    /// <summary>Whether a reconstruction is brought back to the scale of its input.</summary>
    public bool UndoesNorm => Norm != InputNorm.None && NormUndone;

    /// <summary>As messages say it: <c>layer norm, subtract bias</c>.</summary>
    public override string ToString()
    {
        var steps = new List<string>();
        if (Centred)
        {
            steps.Add("centre");
        }

        if (Norm != InputNorm.None)
        {
            steps.Add((Norm == InputNorm.LayerNorm ? "layer norm" : "rescale to norm √d") + (NormUndone ? "" : " (not undone)"));
        }

        if (SubtractsBias)
        {
            steps.Add("subtract bias");
        }

        return steps.Count == 0 ? "none" : string.Join(", ", steps);
    }
}
