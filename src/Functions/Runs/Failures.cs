using AeServerless.Contracts;
using AeServerless.Engine;

namespace AeServerless.Functions.Runs;

/// <summary>What users are told of an error.</summary>
public static class Failures
{
    private const string Separator = ": ";

    // Long texts in histories and statuses have hung real systems.
    private const int MaxLength = 2_000;

    /// <summary>The failure that an error in an input stands for.</summary>
    public static Failure From(InvalidInputException error)
    {
        var prefix = error.Subject + Separator;
        var message = error.Message.StartsWith(prefix, StringComparison.Ordinal) ? error.Message[prefix.Length..] : error.Message;
        return new Failure(Cut(error.Subject), Cut(message));
    }

    /// <summary>
    /// The failure of an activity or a sub-orchestration, as its orchestrator sees it: type name and message are all that travels.
    /// </summary>
    public static Failure From(TaskFailedException error)
    {
        var details = error.FailureDetails;
        while (details.InnerFailure is { } inner && details.IsCausedBy<TaskFailedException>())
        {
            details = inner;
        }

        return details.IsCausedBy<InvalidInputException>() || details.IsCausedBy<RunFailedException>()
            ? Parse(details.ErrorMessage)
            : new Failure(error.TaskName, Cut(details.ErrorMessage));
    }

    // Both exceptions' messages are a subject, a colon and what is wrong with it.
    private static Failure Parse(string text)
    {
        var colon = text.IndexOf(Separator, StringComparison.Ordinal);
        return colon < 0 ? new Failure("run", Cut(text)) : new Failure(Cut(text[..colon]), Cut(text[(colon + Separator.Length)..]));
    }

    private static string Cut(string text) => text.Length <= MaxLength ? text : text[..MaxLength] + "…";
}
