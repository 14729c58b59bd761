using AeServerless.Engine.Statistics;

namespace AeServerless.Engine.Results.Tables;

/// <summary>Sums of latents in a file, see <see cref="PowerColumns"/>.</summary>
internal ref struct PowerTensors
{
    private WindowedSumTensors _negatives;
    private WindowedSumTensors _cubes;
    private WindowedSumTensors _fourths;
    private WindowedSumTensors _errorNorms;

    /// <summary>Finds them in a file.</summary>
    /// <exception cref="InvalidInputException">The tensors are missing, or do not fit each other.</exception>
    public PowerTensors(LoadedResult file, int rows)
    {
        _negatives = new WindowedSumTensors(file, PowerColumns.Negatives, rows);
        _cubes = new WindowedSumTensors(file, PowerColumns.Cubes, rows);
        _fourths = new WindowedSumTensors(file, PowerColumns.Fourths, rows);
        HasErrorNorms = file.File.Tensors.ContainsKey(PowerColumns.ErrorNorms + "_limbs");
        _errorNorms = HasErrorNorms ? new WindowedSumTensors(file, PowerColumns.ErrorNorms, rows) : default;
    }

    /// <summary>Whether there are norms of errors.</summary>
    public bool HasErrorNorms { get; }

    /// <summary>Adds the next row to what is known of a latent.</summary>
    public void AddNextTo(LatentState state)
    {
        _negatives.AddNextTo(ref state.Negatives);
        _cubes.AddNextTo(ref state.Cubes);
        _fourths.AddNextTo(ref state.Fourths);
        if (HasErrorNorms)
        {
            _errorNorms.AddNextTo(ref state.ErrorNorms);
        }
    }
}
