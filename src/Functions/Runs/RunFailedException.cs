using AeServerless.Contracts;

namespace AeServerless.Functions.Runs;

/// <summary>A run, or a group of its chunks, can't go on; the message is the reason, subject first.</summary>
public sealed class RunFailedException(Failure failure) : Exception(failure.ToString());
