namespace AeServerless.Functions.Runs;

/// <summary>A run can't go on; the message is the reason.</summary>
/// <param name="failure">The reason.</param>
public sealed class RunFailedException(Failure failure) : Exception(failure.ToString());
