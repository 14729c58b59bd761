using AeServerless.Engine.Statistics;

namespace AeServerless.Engine.Results.Tables;

/// <summary>Sums of latents in a file, see <see cref="PowerColumns"/>.</summary>
internal sealed class PowerTensors
{
    private readonly WindowedSumTensors _negatives;
    private readonly WindowedSumTensors _cubes;
    private readonly WindowedSumTensors _fourths;
    private readonly WindowedSumTensors? _errorNorms;

    /// <summary>Finds them in a file.</summary>
    /// <exception cref="InvalidInputException">The tensors are missing, or do not fit each other.</exception>
    public PowerTensors(LoadedResult file, int rows)
    {
        _negatives = new WindowedSumTensors(file, PowerColumns.Negatives, rows);
        _cubes = new WindowedSumTensors(file, PowerColumns.Cubes, rows);
        _fourths = new WindowedSumTensors(file, PowerColumns.Fourths, rows);
        _errorNorms = file.File.Tensors.ContainsKey(PowerColumns.ErrorNorms + "_limbs")
            ? new WindowedSumTensors(file, PowerColumns.ErrorNorms, rows)
            : null;
    }

    /// <summary>Whether there are norms of errors.</summary>
    public bool HasErrorNorms => _errorNorms is not null;

    /// <summary>Adds a row to what is known of a latent.</summary>
    public void AddTo(LatentState state, int row)
    {
        _negatives.AddTo(ref state.Negatives, row);
        _cubes.AddTo(ref state.Cubes, row);
        _fourths.AddTo(ref state.Fourths, row);
        _errorNorms?.AddTo(ref state.ErrorNorms, row);
    }
}
