using AeServerless.Engine.Statistics;
using AeServerless.Engine.Statistics.Examples;

namespace AeServerless.Engine.Results.Tables;

/// <summary>
/// What is kept of latents' values of one sign, as tensors: of each row how many bins are not empty, and these, ascending; how many
/// examples it has, and these, strongest first. Sequences count from the result's first.
/// </summary>
/// <param name="tensors">The file that they go to.</param>
internal sealed class SignedColumns(TensorSet tensors)
{
    private readonly Column<int> _binLengths = tensors.Column<int>();
    private readonly Column<int> _bins = tensors.Column<int>();
    private readonly Column<long> _counts = tensors.Column<long>();
    private readonly Column<int> _exampleLengths = tensors.Column<int>();
    private readonly Column<float> _values = tensors.Column<float>();
    private readonly Column<long> _sequences = tensors.Column<long>();
    private readonly Column<int> _positions = tensors.Column<int>();
    private readonly Column<int> _tokens = tensors.Column<int>();

    public void Add(SignedState state)
    {
        AddBins(state.Bins);
        AddExamples(state.Examples.All);
    }

    /// <summary>Adds the tensors to the file.</summary>
    /// <param name="histogram">What names of the histograms' tensors start with.</param>
    /// <param name="examples">What names of the examples' tensors start with.</param>
    public void AddTo(string histogram, string examples)
    {
        tensors.AddWholeNumbers(histogram + "_lengths", _binLengths);
        tensors.AddWholeNumbers(histogram + "_bins", _bins);
        tensors.AddWholeNumbers(histogram + "_counts", _counts);
        tensors.AddWholeNumbers(examples + "_lengths", _exampleLengths);
        tensors.Add(examples + "_values", _values);
        tensors.AddWholeNumbers(examples + "_sequences", _sequences);
        tensors.AddWholeNumbers(examples + "_positions", _positions);
        tensors.AddWholeNumbers(examples + "_tokens", _tokens);
    }

    private void AddBins(ReadOnlySpan<long> filled)
    {
        var bins = _bins.GetSpan(filled.Length);
        var counts = _counts.GetSpan(filled.Length);
        var count = 0;
        for (var bin = 0; bin < filled.Length; bin++)
        {
            // Branch-free: an empty bin is written, too, and overwritten by the next one.
            (bins[count], counts[count]) = (bin, filled[bin]);
            count += filled[bin] != 0 ? 1 : 0;
        }

        _bins.Advance(count);
        _counts.Advance(count);
        _binLengths.Add(count);
    }

    private void AddExamples(ReadOnlySpan<TopExample> examples)
    {
        var count = examples.Length;
        var values = _values.GetSpan(count);
        var sequences = _sequences.GetSpan(count);
        var positions = _positions.GetSpan(count);
        var tokens = _tokens.GetSpan(count);
        for (var i = 0; i < count; i++)
        {
            (values[i], (sequences[i], positions[i], tokens[i])) = examples[i];
        }

        _values.Advance(count);
        _sequences.Advance(count);
        _positions.Advance(count);
        _tokens.Advance(count);
        _exampleLengths.Add(count);
    }
}
