using AeServerless.Engine.Statistics.Examples;
using AeServerless.Engine.Tensors;

namespace AeServerless.Engine.Results.Tables;

/// <summary>Examples in a file: values and where their tokens are, those of all rows one after the other.</summary>
internal sealed class PlacedValues
{
    private readonly LoadedColumn _values;
    private readonly LoadedColumn _sequences;
    private readonly LoadedColumn _positions;
    private readonly LoadedColumn _tokens;

    /// <summary>Finds them in a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="name">What the names of their tensors start with.</param>
    /// <param name="count">Examples of all rows.</param>
    /// <exception cref="InvalidInputException">The tensors are missing, or have another number of examples.</exception>
    public PlacedValues(LoadedResult file, string name, int count)
    {
        _values = file.Column(name + "_values", TensorDtype.F32);
        _sequences = file.WholeColumn(name + "_sequences");
        _positions = file.WholeColumn(name + "_positions");
        _tokens = file.WholeColumn(name + "_tokens");
        if (_values.Length != count || _sequences.Length != count || _positions.Length != count || _tokens.Length != count)
        {
            throw file.Contradiction(name);
        }
    }

    /// <summary>Examples of all rows.</summary>
    public int Count => _values.Length;

    /// <summary>The values. [examples]</summary>
    public ReadOnlySpan<float> Values => _values.Numbers<float>();

    /// <summary>The tokens' sequences, from the result's first. [examples]</summary>
    public WholeNumbers Sequences => _sequences.WholeNumbers;

    /// <summary>The tokens' positions. [examples]</summary>
    public WholeNumbers Positions => _positions.WholeNumbers;

    /// <summary>The tokens' ids, −1 where they are not known. [examples]</summary>
    public WholeNumbers Tokens => _tokens.WholeNumbers;

    /// <summary>The place of an example, whose file starts at sequence <paramref name="firstSequence"/> of what the list is of.</summary>
    public TokenPlace Place(int example, long firstSequence) =>
        new(firstSequence + Sequences[example], (int)Positions[example], (int)Tokens[example]);
}
