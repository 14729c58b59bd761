namespace AeServerless.Capture;

/// <summary>Something about a capture that its user should know.</summary>
/// <param name="Subject">The tensor, with its layer.</param>
/// <param name="Problem">What is wrong with how many of its values.</param>
public sealed record CaptureWarning(string Subject, string Problem);
