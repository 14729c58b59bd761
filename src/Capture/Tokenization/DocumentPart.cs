namespace AeServerless.Capture.Tokenization;

/// <summary>A part of a document's text; its parts have the same tokens one by one as the whole has.</summary>
/// <param name="Text">The text.</param>
/// <param name="IsFirst">Whether it is the first of its document.</param>
/// <param name="IsLast">Whether it is the last of its document.</param>
public readonly record struct DocumentPart(string Text, bool IsFirst, bool IsLast);
