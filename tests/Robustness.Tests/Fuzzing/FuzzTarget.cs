namespace AeServerless.Robustness.Tests.Fuzzing;

/// <summary>A parser of bytes that a user hands in.</summary>
/// <param name="Name">What failures call it.</param>
/// <param name="Cases">How many mutated inputs it is given.</param>
/// <param name="Seeds">Valid inputs that mutations start from.</param>
/// <param name="Words">Pieces of its grammar that mutations put in.</param>
/// <param name="Parse">Reads one input; may throw <see cref="Engine.InvalidInputException"/> and nothing else.</param>
internal sealed record FuzzTarget(string Name, int Cases, IReadOnlyList<byte[]> Seeds, IReadOnlyList<byte[]> Words, Action<byte[]> Parse)
{
    /// <summary>Mutates one input; the default knows nothing of the format.</summary>
    public Func<Mutator, byte[], byte[]> Mutate { get; init; } = (mutator, input) => mutator.Mutate(input);

    /// <summary>
    /// Bytes that may be allocated for an empty input: the parser's tables, one exception with its trace, one long message.
    /// </summary>
    public long FixedBytes { get; init; } = 256 * 1024;

    /// <summary>
    /// Bytes that may be allocated for every byte of input. JSON documents, strings, entries and one exception fit into the default.
    /// </summary>
    public int BytesPerByte { get; init; } = 200;

    public override string ToString() => Name;
}
