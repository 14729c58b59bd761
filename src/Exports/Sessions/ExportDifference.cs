namespace AeServerless.Exports.Sessions;

/// <summary>A file of an export that is not what it should be.</summary>
/// <param name="Name">The file, as its report names it.</param>
/// <param name="Problem">What is wrong.</param>
public sealed record ExportDifference(string Name, string Problem);
