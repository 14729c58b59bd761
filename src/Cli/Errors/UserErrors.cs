using System.ComponentModel;
using System.Net.Sockets;
using System.Reflection;
using System.Text.Json;
using AeServerless.Engine;
using Azure;
using Azure.Identity;

namespace AeServerless.Cli.Errors;

/// <summary>
/// What users are told of exceptions that they can cause: the one at fault and what to do about it, without secrets. An exception that is
/// not of these kinds is a fault of the program.
/// </summary>
internal static class UserErrors
{
    /// <summary>The sentence for an exception; null where it is none that a user causes.</summary>
    public static string? Describe(Exception exception) => exception switch
    {
        CliException or InvalidInputException => exception.Message,
        AggregateException { InnerExceptions: [var first, ..] } => Describe(first),
        TypeInitializationException { InnerException: { } inner } => Describe(inner),
        TargetInvocationException { InnerException: { } inner } => Describe(inner),
        RequestFailedException e => StorageErrors.Describe(e),
        AuthenticationFailedException e => StorageErrors.Describe(e),
        OperationCanceledException e when IsTimeout(e) =>
            "The answer took too long and was given up; look whether the function app (AE_HOST) and the storage account (AE_STORAGE) can "
                + "be reached from here, and try again.",
        HttpRequestException e => $"The function app (AE_HOST) can't be reached or broke off its answer: {e.Message} Is ./ae up running?",
        HttpIOException e => $"The answer broke off ({e.Message.TrimEnd('.')}); try again, and look whether the function app still runs.",
        SocketException e => $"The network refuses ({e.Message}); look whether the address and the port are right and free.",
        JsonException e => $"A file or answer is not valid JSON: {e.Message}",
        IOException or UnauthorizedAccessException => FileErrors.Describe(exception),
        Win32Exception e =>
            $"{e.Message}. Look whether that program is installed and in PATH: dotnet (the .NET SDK 10), node (Node.js 20).",
        OutOfMemoryException => "There is not enough memory on this machine for it; ./ae inspect and ./ae plan say how much is needed.",
        _ => null,
    };

    /// <summary>Whether somebody waited too long, and not Ctrl-C ended the command.</summary>
    public static bool IsTimeout(OperationCanceledException e) =>
        e.InnerException is TimeoutException || e.Message.Contains("network timeout", StringComparison.OrdinalIgnoreCase);
}
