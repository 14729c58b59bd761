namespace AeServerless.Engine.Statistics.Examples;

/// <summary>What statistics are told of tokens.</summary>
/// <param name="places">Where each is. [tokens]</param>
/// <param name="keys">Its key in draws, see <see cref="DrawKeys"/>; empty where nothing is drawn. [tokens]</param>
/// <param name="errorNorms">The L2 norm of its autoencoder's error; empty where it is not known. [tokens]</param>
/// <param name="buffer">Working memory for draws; made anew where there is none.</param>
internal readonly ref struct TokenColumns(
    ReadOnlySpan<TokenPlace> places, ReadOnlySpan<uint> keys, ReadOnlySpan<double> errorNorms, DrawBuffer? buffer = null)
{
    public ReadOnlySpan<TokenPlace> Places { get; } = places;

    public ReadOnlySpan<uint> Keys { get; } = keys;

    public ReadOnlySpan<double> ErrorNorms { get; } = errorNorms;

    public DrawBuffer Buffer => buffer ?? new DrawBuffer();

    public int Length => Places.Length;

    public ref readonly TokenPlace this[int token] => ref Places[token];

    public static implicit operator TokenColumns(ReadOnlySpan<TokenPlace> places) => new(places, [], []);

    public static implicit operator TokenColumns(TokenPlace[] places) => new(places, [], []);
}
