namespace AeServerless.Robustness.Tests.Fuzzing;

/// <summary>What became of the cases of one target.</summary>
/// <param name="Taken">Inputs that were still valid.</param>
/// <param name="Refused">Inputs that were refused with a message.</param>
internal sealed record FuzzResult(int Taken, int Refused);
