using AeServerless.Engine.Statistics;
using AeServerless.Engine.Statistics.Examples;

namespace AeServerless.Engine.Results.Tables;

/// <summary>
/// Random examples of latents as tensors: of each row how many there are, and these, by key, each with its key, its value and its token.
/// Sequences count from the result's first.
/// </summary>
/// <param name="tensors">The file that they go to.</param>
internal sealed class DrawnColumns(TensorSet tensors)
{
    private readonly Column<int> _lengths = tensors.Column<int>();
    private readonly Column<uint> _keys = tensors.Column<uint>();
    private readonly Column<float> _values = tensors.Column<float>();
    private readonly Column<long> _sequences = tensors.Column<long>();
    private readonly Column<int> _positions = tensors.Column<int>();
    private readonly Column<int> _tokens = tensors.Column<int>();

    /// <summary>Adds a row: the sample of all values.</summary>
    public void AddAll(DrawnExamples drawn)
    {
        _lengths.Add(drawn.All.Length);
        Add(drawn.All);
    }

    /// <summary>Adds a row: the samples of all bins, bin by bin, those of negative values last.</summary>
    public void AddBins(DrawnExamples drawn)
    {
        var before = _keys.Count;
        for (var bin = 0; bin < drawn.Bins; bin++)
        {
            Add(drawn.OfBin(bin));
        }

        _lengths.Add(_keys.Count - before);
    }

    /// <summary>Adds the tensors to the file.</summary>
    /// <param name="name">What their names start with.</param>
    public void AddTo(string name)
    {
        tensors.AddWholeNumbers(name + "_lengths", _lengths);
        tensors.Add(name + "_keys", _keys);
        tensors.Add(name + "_values", _values);
        tensors.AddWholeNumbers(name + "_sequences", _sequences);
        tensors.AddWholeNumbers(name + "_positions", _positions);
        tensors.AddWholeNumbers(name + "_tokens", _tokens);
    }

    private void Add(ReadOnlySpan<DrawnExample> examples)
    {
        var count = examples.Length;
        var keys = _keys.GetSpan(count);
        var values = _values.GetSpan(count);
        var sequences = _sequences.GetSpan(count);
        var positions = _positions.GetSpan(count);
        var tokens = _tokens.GetSpan(count);
        for (var i = 0; i < count; i++)
        {
            (keys[i], values[i], (sequences[i], positions[i], tokens[i])) = examples[i];
        }

        _keys.Advance(count);
        _values.Advance(count);
        _sequences.Advance(count);
        _positions.Advance(count);
        _tokens.Advance(count);
    }
}
