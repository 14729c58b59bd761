using System.Text.Json;

namespace AeServerless.Engine;

/// <summary>
/// An input that a user handed in can't be used. The message names the file, field or value at fault and says what would be right, in one
/// line that can be shown to the user as it is: characters that a terminal or a log would act on are written as escapes.
/// </summary>
/// <param name="subject">What is at fault: a blob or file name, with the field or tensor where there is one.</param>
/// <param name="problem">What is wrong with it and what would be right.</param>
public sealed class InvalidInputException(string subject, string problem) : Exception(OneLineText.Escape($"{subject}: {problem}"))
{
    /// <summary>What is at fault: a blob or file name, with the field or tensor where there is one.</summary>
    public string Subject { get; } = OneLineText.Escape(subject);

    /// <summary>The error of a text that had to be JSON and is not: says what is wrong with it and where.</summary>
    /// <param name="subject">What is at fault.</param>
    /// <param name="error">What the JSON reader says, whose own message can repeat the text at any length.</param>
    public static InvalidInputException NotJson(string subject, JsonException error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return new(subject, $"is not valid JSON: {OneLineText.Describe(error)}");
    }
}
