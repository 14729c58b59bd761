using AeServerless.TestSupport;

namespace AeServerless.Robustness.Tests.Errors;

/// <summary>What a user sees of an error.</summary>
/// <param name="Answer">An HTTP status, <c>failed run</c>, or <c>no start</c>.</param>
/// <param name="Message">The message.</param>
internal sealed record ErrorSeen(string Answer, string Message)
{
    public static ErrorSeen Of(AppAnswer answer) => answer.Text("status") == "failed"
        ? new ErrorSeen("failed run", answer.Reason ?? "")
        : new ErrorSeen($"{(int)answer.Status}", answer.Body.Length == 0 ? "" : answer.Reason ?? answer.Body);
}
