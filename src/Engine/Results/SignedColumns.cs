using AeServerless.Engine.Statistics;

namespace AeServerless.Engine.Results;

/// <summary>
/// What is kept of latents' values of one sign, as tensors: of each row how many bins are not empty, and these, ascending; how many examples it has,
/// and these, strongest first. Sequences count from the result's first.
/// </summary>
/// <param name="tensors">The file that they go to.</param>
internal sealed class SignedColumns(TensorSet tensors)
{
    private readonly Column<long> _binLengths = tensors.Column<long>();
    private readonly Column<long> _bins = tensors.Column<long>();
    private readonly Column<long> _counts = tensors.Column<long>();
    private readonly Column<long> _exampleLengths = tensors.Column<long>();
    private readonly Column<float> _values = tensors.Column<float>();
    private readonly Column<long> _sequences = tensors.Column<long>();
    private readonly Column<long> _positions = tensors.Column<long>();
    private readonly Column<long> _tokens = tensors.Column<long>();

    public void Add(SignedState state)
    {
        var before = _bins.Count;
        var bins = state.Bins;
        for (var bin = 0; bin < bins.Length; bin++)
        {
            if (bins[bin] != 0)
            {
                _bins.Add(bin);
                _counts.Add(bins[bin]);
            }
        }

        _binLengths.Add(_bins.Count - before);
        _exampleLengths.Add(state.Examples.All.Length);
        foreach (var (value, place) in state.Examples.All)
        {
            _values.Add(value);
            _sequences.Add(place.Sequence);
            _positions.Add(place.Position);
            _tokens.Add(place.Token);
        }
    }

    /// <summary>Adds the tensors to the file.</summary>
    /// <param name="histogram">What names of the histograms' tensors begin with.</param>
    /// <param name="examples">What names of the examples' tensors begin with.</param>
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
}
