namespace AeServerless.Engine.Graph;

/// <summary>The part of a sequence that lies in a tile.</summary>
/// <param name="FirstRow">Its first token, counted from the tile's first.</param>
/// <param name="FirstPosition">That token's position in the sequence.</param>
/// <param name="Tokens">Tokens.</param>
internal readonly record struct SequenceSlice(int FirstRow, int FirstPosition, int Tokens);
