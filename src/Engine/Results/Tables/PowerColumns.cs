using AeServerless.Engine.Statistics;

namespace AeServerless.Engine.Results.Tables;

/// <summary>
/// Sums of latents' values other than sum and sum of squares, as tensors: of magnitudes of negative ones, third and fourth powers, and of
/// the norms of the autoencoder's error where these are known.
/// </summary>
/// <param name="tensors">The file that they go to.</param>
/// <param name="errorNorms">Whether they are.</param>
internal sealed class PowerColumns(TensorSet tensors, bool errorNorms)
{
    public const string Negatives = "sum_of_negatives";
    public const string Cubes = "sum_of_cubes";
    public const string Fourths = "sum_of_fourth_powers";
    public const string ErrorNorms = "sum_of_error_norms";

    private readonly WindowedSumColumns _negatives = new(tensors);
    private readonly WindowedSumColumns _cubes = new(tensors);
    private readonly WindowedSumColumns _fourths = new(tensors);
    private readonly WindowedSumColumns? _errorNorms = errorNorms ? new(tensors) : null;

    /// <summary>Adds a row.</summary>
    public void Add(LatentState state)
    {
        _negatives.Add(state.Negatives);
        _cubes.Add(state.Cubes);
        _fourths.Add(state.Fourths);
        _errorNorms?.Add(state.ErrorNorms);
    }

    /// <summary>Adds the tensors to the file.</summary>
    public void AddTo()
    {
        _negatives.AddTo(Negatives);
        _cubes.AddTo(Cubes);
        _fourths.AddTo(Fourths);
        _errorNorms?.AddTo(ErrorNorms);
    }
}
