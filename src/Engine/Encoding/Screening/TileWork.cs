namespace AeServerless.Engine.Encoding.Screening;

/// <summary>What encoding a tile took.</summary>
/// <param name="Tokens">Rows of the tile.</param>
/// <param name="Candidates">Pairs that the screening left.</param>
/// <param name="Kept">Pairs of the result.</param>
/// <param name="ScreenSeconds">Rounding, product and scan.</param>
/// <param name="ExactSeconds">What the candidates took.</param>
internal readonly record struct TileWork(int Tokens, int Candidates, int Kept, double ScreenSeconds, double ExactSeconds);
