using System.Text.Json.Serialization;
using AeServerless.Engine;

namespace AeServerless.Functions.Runs;

/// <summary>Why something a user asked for can't be done: travels between functions as a value, since trying again would not help.</summary>
/// <param name="Subject">What is at fault.</param>
/// <param name="Message">What is wrong with it and what would be right.</param>
public sealed record Failure(
    [property: JsonPropertyName("subject")] string Subject, [property: JsonPropertyName("message")] string Message)
{
    // Long texts in histories and statuses have hung real systems.
    private const int MaxLength = 2_000;

    /// <summary>The failure that an error stands for.</summary>
    public static Failure Of(InvalidInputException error)
    {
        ArgumentNullException.ThrowIfNull(error);
        var prefix = error.Subject + ": ";
        var message = error.Message.StartsWith(prefix, StringComparison.Ordinal) ? error.Message[prefix.Length..] : error.Message;
        return new Failure(Cut(error.Subject), Cut(message));
    }

    /// <summary>The failure of a function that was retried and failed for good.</summary>
    public static Failure Of(TaskFailedException error)
    {
        ArgumentNullException.ThrowIfNull(error);
        var details = error.FailureDetails;
        while (details.InnerFailure is { } inner && details.ErrorType.Contains(nameof(TaskFailedException), StringComparison.Ordinal))
        {
            details = inner;
        }

        return new Failure(error.TaskName, Cut(details.ErrorMessage));
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Subject}: {Message}";

    private static string Cut(string text) => text.Length <= MaxLength ? text : text[..MaxLength] + "…";
}
