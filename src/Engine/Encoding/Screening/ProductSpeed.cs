namespace AeServerless.Engine.Encoding.Screening;

/// <summary>How fast one product is.</summary>
/// <param name="Format">The format that it multiplies in.</param>
/// <param name="Product">Elements and instructions, as <c>int16, AVX2</c>.</param>
/// <param name="GmacPerSecond">10⁹ multiply-adds a second on one thread.</param>
public sealed record ProductSpeed(ScreeningFormat Format, string Product, double GmacPerSecond);
