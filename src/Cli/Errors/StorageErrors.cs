using AeServerless.Cli.Stack;
using Azure;
using Azure.Identity;

namespace AeServerless.Cli.Errors;

/// <summary>What users are told when storage refuses, or can't be reached.</summary>
internal static class StorageErrors
{
    private const string Settings = "AE_STORAGE";

    public static string Describe(RequestFailedException e) => $"{Subject}: {Reason(e)}";

    public static string Describe(AuthenticationFailedException e) =>
        $"{Subject}: no login was found for it ({FirstSentence(e.Message)}); sign in with az login or azd auth login, or set {Settings} "
            + "to a connection string.";

    private static string Subject => Environment.GetEnvironmentVariable(Settings) is { Length: > 0 } storage
        ? $"{Settings}, {StorageAddress.Show(storage)}"
        : "the storage of ./ae up";

    private static string Reason(RequestFailedException e) => (e.Status, e.ErrorCode) switch
    {
        (0, _) => $"does not answer ({FirstSentence(e.InnerException?.Message ?? e.Message)}); look whether the address is right and, for "
            + "the emulator, whether ./ae up is running.",
        (403, "AuthenticationFailed") =>
            "refuses the signature: the account key is wrong, or the SAS is expired or altered; take a new one from the account.",
        (403, "AuthorizationFailure") =>
            "refuses the request: the account's network rules don't let this machine in, or, of the emulator, the account key is wrong.",
        (403, _) => $"refuses access ({e.ErrorCode ?? "403"}): the SAS or the identity lacks the right to read, write and list; a SAS "
            + "needs the permissions rwlc for containers and objects, an identity the role Storage Blob Data Contributor.",
        (401, _) => "refuses the login: the identity is of another tenant or has no access; sign in to the right one with az login.",
        (404, _) => $"has no such container, queue or account ({e.ErrorCode ?? "404"}); look whether the address is right.",
        (409, "ContainerBeingDeleted" or "QueueBeingDeleted") => "is deleting that container still; try again in a minute.",
        (400, _) => $"does not understand the request ({e.ErrorCode ?? "400"}): it is no storage account, or a name is not allowed there.",
        (429 or 500 or 503, _) => $"is busy or out of order ({e.ErrorCode ?? $"{e.Status}"}); try again in a while.",
        _ => $"answered {e.Status} {e.ErrorCode}: {FirstSentence(e.Message)}; look whether the address is that of a blob service.",
    };

    private static string FirstSentence(string message)
    {
        var line = message.Split('\n')[0].Trim();
        var end = line.IndexOf(". ", StringComparison.Ordinal);
        return (end < 0 ? line : line[..end]).TrimEnd('.');
    }
}
