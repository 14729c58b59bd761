namespace AeServerless.Exports.Checking;

/// <summary>How a part of a golden folder compares with what the exporters make of its inputs.</summary>
/// <param name="Name">The part.</param>
/// <param name="Compared">Values that were compared: numbers, texts, keys.</param>
/// <param name="Differences">Where they differ, the first few in words.</param>
/// <param name="Different">How many differ.</param>
public sealed record GoldenCount(string Name, long Compared, long Different, IReadOnlyList<string> Differences);
