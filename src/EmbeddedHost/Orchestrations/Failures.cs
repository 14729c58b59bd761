using AeServerless.EmbeddedHost.DurableTask;

namespace AeServerless.EmbeddedHost.Orchestrations;

/// <summary>Exceptions as failure details, cut to sizes that are safe to store and send.</summary>
internal static class Failures
{
    public const string Unknown = "(unknown)";
    private const int LongestMessage = 8 * 1024;
    private const int LongestStackTrace = 16 * 1024;
    private const int DeepestInner = 4;

    public static TaskFailureDetails From(Exception exception) => From(exception, 0);

    public static TaskFailureDetails From(string errorType, string message) => new(errorType, Cut(message, LongestMessage), null, null);

    private static TaskFailureDetails From(Exception exception, int depth)
    {
        // What an orchestrator passes on from an activity names the activity's own failure behind it.
        var inner = exception switch
        {
            TaskFailedException { FailureDetails: var details } => details,
            { InnerException: { } cause } when depth < DeepestInner => From(cause, depth + 1),
            _ => null,
        };
        return new(
            exception.GetType().FullName ?? exception.GetType().Name,
            Cut(exception.Message, LongestMessage),
            exception.StackTrace is { } trace ? Cut(trace, depth == 0 ? LongestStackTrace : LongestStackTrace / 4) : null,
            inner);
    }

    private static string Cut(string text, int length) => text.Length <= length ? text : string.Concat(text.AsSpan(0, length), "…");
}
