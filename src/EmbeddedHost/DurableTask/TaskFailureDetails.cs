namespace AeServerless.EmbeddedHost.DurableTask;

/// <summary>A failure as it is stored and sent between functions.</summary>
/// <param name="ErrorType">Full name of the exception's type; <c>(unknown)</c> where there was none.</param>
/// <param name="ErrorMessage">The message.</param>
/// <param name="StackTrace">The stack trace.</param>
/// <param name="InnerFailure">The failure behind it.</param>
public record TaskFailureDetails(string ErrorType, string ErrorMessage, string? StackTrace, TaskFailureDetails? InnerFailure)
{
    /// <summary>Whether the exception was a <typeparamref name="T"/>.</summary>
    /// <typeparam name="T">The exception type asked for; base types count.</typeparam>
    /// <returns>True if the recorded type is known to this process and is, or derives from, <typeparamref name="T"/>.</returns>
    public bool IsCausedBy<T>()
        where T : Exception => IsCausedBy(typeof(T));

    /// <summary>Whether the exception was of the given type.</summary>
    /// <param name="targetBaseExceptionType">The type asked for; base types count.</param>
    /// <returns>True if the recorded type is known to this process and is, or derives from, the given one.</returns>
    public bool IsCausedBy(Type targetBaseExceptionType)
    {
        ArgumentNullException.ThrowIfNull(targetBaseExceptionType);
        var recorded = Type.GetType(ErrorType, throwOnError: false)
            ?? AppDomain.CurrentDomain.GetAssemblies().Select(assembly => assembly.GetType(ErrorType, throwOnError: false)).FirstOrDefault(type => type is not null);
        return recorded is not null && targetBaseExceptionType.IsAssignableFrom(recorded);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{ErrorType}: {ErrorMessage}";
}
