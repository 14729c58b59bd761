namespace AeServerless.Cli;

/// <summary>A command can't go on; the message says why and what would help, and is all that the user sees.</summary>
internal sealed class CliException(string message) : Exception(message);
