using AeServerless.Engine.Statistics.Examples;

namespace AeServerless.Engine.Results.Tables;

/// <summary>Where the examples of a list in a file are.</summary>
internal readonly ref struct PlaceTensors
{
    private readonly WholeNumbers _sequences;
    private readonly WholeNumbers _positions;
    private readonly WholeNumbers _tokens;

    /// <summary>Finds them in a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="name">The list's name.</param>
    /// <param name="count">Examples of all rows.</param>
    /// <exception cref="InvalidInputException">The tensors are missing, or have another number of examples.</exception>
    public PlaceTensors(LoadedResult file, string name, int count)
    {
        _sequences = file.WholeNumbers(name + "_sequences");
        _positions = file.WholeNumbers(name + "_positions");
        _tokens = file.WholeNumbers(name + "_tokens");
        if (_sequences.Length != count || _positions.Length != count || _tokens.Length != count)
        {
            throw file.Contradiction(name);
        }
    }

    /// <summary>The place of an example, whose file starts at sequence <paramref name="firstSequence"/> of what the list is of.</summary>
    public TokenPlace At(int example, long firstSequence) =>
        new(firstSequence + _sequences[example], (int)_positions[example], (int)_tokens[example]);
}
