namespace AeServerless.Exports.Sessions;

/// <summary>Says that a part of an export is whole: written after its files, and what a cut export goes on from.</summary>
/// <param name="Fingerprint">What the files were made from.</param>
/// <param name="Files">The files.</param>
/// <param name="Losses">What the unit's files could not hold.</param>
internal sealed record UnitMarker(string Fingerprint, IReadOnlyList<ExportedFile> Files, IReadOnlyList<string> Losses);
