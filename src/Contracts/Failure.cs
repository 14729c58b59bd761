using System.Text.Json.Serialization;

namespace AeServerless.Contracts;

/// <summary>Why something can't be done.</summary>
/// <param name="Subject">What is at fault: a file, field, parameter, or the part of the app that failed.</param>
/// <param name="Message">What is wrong with it and what would be right.</param>
public sealed record Failure(
    [property: JsonPropertyName("subject")] string Subject, [property: JsonPropertyName("message")] string Message)
{
    /// <summary>Subject and message in one line.</summary>
    public override string ToString() => $"{Subject}: {Message}";
}
