namespace AeServerless.Exports.Formats.Dashboards;

/// <summary>An example of a feature: a stretch of tokens with a value each.</summary>
/// <param name="BinMin">Lower end of the band that it was drawn from; −1 for the strongest.</param>
/// <param name="BinMax">Upper end of the band.</param>
/// <param name="BinContains">Share of all tokens in the band; −1 for the strongest.</param>
/// <param name="Tokens">Texts.</param>
/// <param name="Values">Values, rounded.</param>
/// <param name="Qualifying">Which of the tokens it is about; −1 where that is the one before the first.</param>
internal sealed record FeatureExample(double BinMin, double BinMax, double BinContains, string[] Tokens, double[] Values, int Qualifying);
